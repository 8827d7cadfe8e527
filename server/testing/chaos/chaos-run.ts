/** A chaos run, from the first server to the last look. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../../sim/random-stream.js';
import { audit } from './chaos-audit.js';
import { ChaosCluster } from './chaos-cluster.js';
import { ChaosLoad, type LoadCounts } from './chaos-load.js';
import { type ChaosKind, drawSchedule } from './chaos-schedule.js';
import { Nemesis, type NemesisCounts } from './nemesis.js';

export interface ChaosOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly nodes: number;
  readonly clients: number;
  readonly paceMs: number;
  readonly ringSize: number;
  readonly durability: 'sync' | 'batch' | 'os';
  readonly kinds: readonly ChaosKind[];
  readonly hasLoopDisks: boolean;
  readonly hasLinks: boolean;
  readonly note: (text: string) => void;
  /** The run is to end early, in order. */
  readonly isOver: () => boolean;
}

export interface ChaosReport extends LoadCounts, NemesisCounts {
  seed: number;
  durability: string;
  loadSeconds: number;
  settleSeconds: number;
  keys: number;
  historyOperations: number;
  violations: string[];
  /** Where the servers' logs are, if anything was wrong. */
  logs?: string;
}

const settleTimeoutMs = 300_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, durationMs, note, isOver } = options;
  const random = new RandomStream(seed, 'chaos');
  const logFolder = mkdtempSync(join(tmpdir(), 'rkv-chaos-'));
  const violations: string[] = [];
  const cluster = new ChaosCluster({
    ...options,
    logFolder,
    onUnwantedEnd: (node, how) => {
      note(`${node.name} has ended by itself (${how})`);
      violations.push(`${node.name} has ended by itself (${how})`);
    },
  });
  const draws = random.fork('load');
  const load = new ChaosLoad(
    options.clients,
    () => [...cluster.offered],
    () => draws.fraction(),
  );
  const nemesis = new Nemesis({ cluster, nodesMin: options.nodes, note });
  let isGood = false;
  try {
    await cluster.begin();
    note(`${options.nodes} nodes are a cluster`);
    const beganMs = performance.now();
    const now = () => performance.now() - beganMs;
    load.begin();
    const progress = setInterval(() => note(progressText(load.counts, nemesis.counts)), 10_000);
    try {
      await nemesis.run(drawSchedule({ ...options, random: random.fork('schedule') }), now, isOver);
      while (now() < durationMs && !isOver()) await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      clearInterval(progress);
      await load.end();
    }
    const loadedMs = performance.now();
    note('all is put right; waiting until the replicas are equal');
    await cluster.untilSettled(settleTimeoutMs);
    const settledMs = performance.now();
    note(`settled; reading every key from every replica`);
    const { keys, historyOperations, violations: found } = await audit(load, cluster.nodes);
    const report: ChaosReport = {
      seed,
      durability: options.durability,
      loadSeconds: (loadedMs - beganMs) / 1000,
      settleSeconds: (settledMs - loadedMs) / 1000,
      ...load.counts,
      ...nemesis.counts,
      keys,
      historyOperations,
      violations: [...violations, ...load.violations, ...found],
    };
    isGood = report.violations.length === 0;
    return isGood ? report : { ...report, logs: logFolder };
  } finally {
    await load.end();
    await cluster.end();
    if (isGood) rmSync(logFolder, { recursive: true, force: true });
    else note(`the servers' logs are in ${logFolder}`);
  }
}

function progressText(load: LoadCounts, { kills, powerLosses }: NemesisCounts): string {
  const { acknowledged, unknown, definiteErrors } = load;
  return `${acknowledged} writes acknowledged, ${unknown} unknown, ${definiteErrors} refused; ${kills} kills, ${powerLosses} power losses`;
}
