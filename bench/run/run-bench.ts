// One run from plan to files: cluster, load threads, collecting, writing, charts. Whatever way it ends, the
// servers that it started are gone and the files are complete for what was measured.
import type { Results, RunEnd } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { formatDurationMs } from '../config/duration.js';
import { workloadHash } from '../config/workload-hash.js';
import { withThresholds } from '../metrics/index.js';
import type { BundledCluster } from './bundled-cluster.js';
import { checkWorkload } from './check-workload.js';
import { drawCharts } from './draw-charts.js';
import type { FoundDriver } from './find-driver.js';
import { startLiveView } from './live-view.js';
import { LoadThreads, type ThreadEnd } from './load-threads.js';
import { machineFacts, versionFacts } from './machine-facts.js';
import { preloadStore } from './preload.js';
import { ResourceProbe } from './resource-probe.js';
import { RunCollector } from './run-collector.js';
import { RunFiles } from './run-files.js';
import { verdictOf } from './verdict.js';

export interface RunBenchOptions {
  plan: BenchPlan;
  found: FoundDriver;
  /** Aborted by the first Ctrl-C: end the run now, keep what was measured. */
  signal: AbortSignal;
  /** Notes about the steps before and after the run, a line each. */
  note(line: string): void;
  /** Where the live view goes; undefined for none. */
  live: NodeJS.WriteStream | undefined;
  charts: boolean;
}

export interface RunOutcome {
  results: Results;
  folder: string;
}

/**
 * Runs the plan. Undefined when it was interrupted before anything was measured. Rejects with an Error whose
 * `exitCode` says whether the store refused (3) or a load thread died (2); files and servers are in order then too.
 */
export async function runBench(options: RunBenchOptions): Promise<RunOutcome | undefined> {
  const { plan, signal, note } = options;
  await RunFiles.check(plan);
  const digests = await checkWorkload(plan);
  let cluster: BundledCluster | undefined;
  try {
    if (plan.cluster !== undefined) {
      note(`Starting ${plan.cluster.nodes === 1 ? 'one server' : `${plan.cluster.nodes} servers`} ...`);
      const { startBundledCluster } = await import('./bundled-cluster.js');
      cluster = await startBundledCluster(plan.cluster, (name) => note(`Server ${name} has ended.`));
    }
    if (signal.aborted) return undefined;
    const endpoints = cluster?.endpoints ?? plan.endpoints;
    await preloadStore({ plan: { ...plan, endpoints }, driver: options.found.reference, signal, note });
    if (signal.aborted) return undefined;
    const hash = workloadHash(plan, digests);
    return await measure({ ...options, plan: { ...plan, endpoints } }, hash, cluster);
  } finally {
    await cluster?.stop();
  }
}

async function measure(
  options: RunBenchOptions,
  hash: string,
  cluster: BundledCluster | undefined,
): Promise<RunOutcome | undefined> {
  const { plan, found, signal, note, live } = options;
  let files: RunFiles | undefined;
  let collector: RunCollector | undefined;
  const threads = new LoadThreads(plan, found.reference, {
    onWindow: (thread, window) => collector!.add(thread, window),
    onSamples: (samples) => files!.samples(samples),
  });
  const stop = (): void => threads.stop();
  try {
    await threads.ready();
    if (signal.aborted) return undefined;
    files = await RunFiles.create(plan);
    collector = new RunCollector(plan, files);
    const description = cluster?.description ?? describeTarget(plan);
    note(`${describeLoad(plan)} on ${description}`);
    const probe = new ResourceProbe();
    signal.addEventListener('abort', stop, { once: true });
    probe.start();
    const startedAtMs = threads.start();
    files.begin(startedAtMs);
    collector.begin(startedAtMs - performance.timeOrigin);
    const view = live === undefined ? undefined : startLiveView(live, () => collector!.liveState());
    const ends = await threads.finished().finally(() => {
      view?.end();
      collector!.flush();
    });
    const resources = probe.stop();
    await cluster?.stop();
    const measured = resultsOf({
      options,
      hash,
      cluster,
      description,
      collector,
      ends,
      resources,
      startedAtMs,
      id: files.id,
    });
    const results = withThresholds(measured, plan.thresholds);
    await files.finish(results);
    if (options.charts) await draw(files.folder, signal, note);
    return { results, folder: files.folder };
  } finally {
    signal.removeEventListener('abort', stop);
    await threads.terminate();
    await files?.close();
  }
}

async function draw(folder: string, signal: AbortSignal, note: (line: string) => void): Promise<void> {
  note(
    signal.aborted
      ? 'Interrupted; drawing charts of what was measured (Ctrl-C again to skip) ...'
      : 'Drawing charts ...',
  );
  await drawCharts(folder, () => {});
}

interface ResultsInput {
  options: RunBenchOptions;
  hash: string;
  cluster: BundledCluster | undefined;
  description: string;
  collector: RunCollector;
  ends: readonly ThreadEnd[];
  resources: ReturnType<ResourceProbe['stop']>;
  startedAtMs: number;
  id: string;
}

function resultsOf(input: ResultsInput): Results {
  const { options, cluster, description, collector, ends, resources, startedAtMs, id } = input;
  const { plan, signal } = options;
  const { totals } = collector;
  const measuredSeconds = collector.measuredMs / 1000;
  const end = runEnd(ends, signal.aborted && collector.measuredMs < plan.durationMs);
  const busyShare = Math.max(...ends.map((one) => one.busyShare));
  const done = totals.ok + totals.failed;
  return {
    schemaVersion: 1,
    run: {
      id,
      startedAt: new Date(startedAtMs).toISOString(),
      plannedSeconds: plan.durationMs / 1000,
      measuredSeconds,
      end,
    },
    config: { ...configOf(plan), workloadHash: input.hash },
    target: { description, endpoints: plan.endpoints.map(({ host, port }) => `${host}:${port}`) },
    versions: versionFacts(),
    machine: machineFacts(),
    verdict: verdictOf({
      ok: totals.ok,
      failed: totals.failed,
      end,
      plannedSeconds: plan.durationMs / 1000,
      measuredSeconds,
      busyShare,
      serversLost: cluster?.lost ?? [],
    }),
    ...totals.statistics(measuredSeconds),
    errors: totals.errors,
    generator: {
      cpuUsPerOp: done > 0 ? resources.cpuUs / done : 0,
      loadThreadUtilization: busyShare,
      scheduleLagMs: null,
      rssBytesMax: resources.rssBytesMax,
      rssBytesEarly: resources.rssBytesEarly,
      rssBytesEnd: resources.rssBytesEnd,
    },
    annotations: [],
  };
}

function runEnd(ends: readonly ThreadEnd[], isInterrupted: boolean): RunEnd {
  if (isInterrupted) return 'interrupted';
  for (const end of ['crashed', 'shutdown-on-error'] as const) {
    if (ends.some((one) => one.end === end)) return end;
  }
  return ends.every((one) => one.end === 'all-workers-stopped') ? 'all-workers-stopped' : 'completed';
}

function configOf(plan: BenchPlan): Results['config'] {
  return {
    driver: plan.driver,
    mode: 'max',
    concurrentWorkers: plan.concurrentWorkers,
    threads: plan.threads,
    connections: plan.connections,
    busyPoll: plan.busyPoll,
    operations: plan.operations,
    ...(plan.workload === undefined ? {} : { workload: plan.workload }),
    ...(plan.preload === undefined ? {} : { preload: plan.preload }),
    keyGenerator: plan.keyGenerator,
    valueGenerator: plan.valueGenerator,
    randomAlgorithm: plan.randomAlgorithm,
    randomSeed: plan.randomSeed,
    reportIntervalSeconds: plan.reportIntervalMs / 1000,
    driverOptions: plan.driverOptions,
  };
}

function describeLoad(plan: BenchPlan): string {
  const workers = plan.concurrentWorkers === 1 ? '1 worker' : `${plan.concurrentWorkers} workers`;
  const mix = plan.operations.map(({ name, weight }) => `${name} ${weight}`).join(' / ');
  return `${workers}, max rate, ${formatDurationMs(plan.durationMs)}, ${mix}`;
}

function describeTarget(plan: BenchPlan): string {
  const where = plan.endpoints.map(({ host, port }) => `${host}:${port}`).join(', ');
  return where === '' ? `driver ${plan.driver}` : `driver ${plan.driver} at ${where}`;
}
