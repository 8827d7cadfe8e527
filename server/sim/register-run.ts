/**
 * A run that asks one thing: whether the registers of a cluster are linearizable. Sessions write and read a few
 * keys through faults that the seed draws; what each was told becomes the history of its key, and that is
 * checked. Nodes have disks that lose what was not synced.
 */
import { type Consistency, majority, type PlantedFault } from '../request/index.js';
import { linearizableMistake, type RegisterOperation } from '../testing/linearizable.js';
import { searchLinearizable } from '../testing/linearizable-search.js';
import { applyAction } from './faults/action.js';
import { faultKinds } from './faults/fault-kinds.js';
import { drawActions } from './faults/nemesis.js';
import { RandomStream } from './random-stream.js';
import { SimulatedCluster } from './simulated-cluster.js';
import { eventTag } from './simulated-machine.js';
import { networkTimesDefault } from './simulated-network.js';
import type { Operation } from './workload/operation.js';
import { Session } from './workload/session.js';

export interface RegisterRunOptions {
  readonly seed: number;
  readonly consistency: Consistency;
  readonly plantedFault?: PlantedFault;
  readonly nodes?: number;
  readonly keys?: number;
  readonly sessions?: number;
  readonly durationMs?: number;
  /** Deletes make the check a search, with a limit: keep such runs short. */
  readonly deleteShare?: number;
  /** The kinds of faults to draw from; the default is all that leave the disks in place. */
  readonly kinds?: ReadonlySet<string>;
}

export interface RegisterRunResult {
  /** What is wrong, by key; empty if nothing is. */
  readonly mistakes: readonly string[];
  /** Keys whose check took too long to tell. */
  readonly unknown: number;
  readonly operations: { readonly ok: number; readonly failed: number; readonly unknown: number };
  readonly cluster: SimulatedCluster;
}

/** A wiped disk has forgotten what it acknowledged: no majority protects from that. */
const kindsDefault = new Set(faultKinds.map(({ name }) => name).filter((name) => name !== 'wipe'));

export function runRegisters(options: RegisterRunOptions): RegisterRunResult {
  const { seed, nodes = 5, durationMs = 20_000, sessions = 6, consistency, plantedFault } = options;
  const random = new RandomStream(seed, 'registers');
  const syncs = random.fork('syncs');
  const cluster = new SimulatedCluster({
    nodes,
    seed,
    consistency,
    quorum: { n: 3, r: majority(3), w: majority(3) },
    ringSize: 16,
    limits: { requestTimeoutMs: 3000 },
    network: {
      ...networkTimesDefault,
      delaySpreadMs: 10,
      tailShare: 0.01,
      tailFactor: 50,
      duplicateShare: 0.2,
    },
    syncMs: () => (syncs.chance(0.05) ? 100 : 1 + syncs.below(10)),
    ...(plantedFault !== undefined && { plantedFault }),
    onLog: () => {},
  });
  cluster.form();
  const operations = load(cluster, random, options);
  const startMs = cluster.nowMs;
  const kinds = options.kinds ?? new Set([...kindsDefault].filter(() => random.chance(0.6)));
  const actions = drawActions({
    random: random.fork('nemesis'),
    nodes,
    kinds,
    startMs,
    endMs: startMs + durationMs,
    paceMs: 600,
  });
  for (const action of actions)
    cluster.scheduler.after(action.atMs - startMs, eventTag.nemesis, () => applyAction(cluster, action));
  for (let session = 0; session < sessions; session++) cluster.run(1);
  cluster.run(durationMs);
  return { ...check(operations), cluster };
}

function load(cluster: SimulatedCluster, random: RandomStream, options: RegisterRunOptions): Operation[] {
  const { sessions = 6, keys = 2, deleteShare = 0 } = options;
  const operations: Operation[] = [];
  let order = 0;
  for (let number = 0; number < sessions; number++) {
    new Session({
      number,
      cluster,
      random: random.fork(`session ${number}`),
      observation: { tick: () => order++ },
      traits: {
        keys,
        pipelineMax: 1,
        thinkMs: 20,
        putShare: 0.4,
        deleteShare,
        modes: ['atomic'],
        paddingBytesMax: 0,
        giveUpMs: 4000,
      },
      onCall: (operation) => operations.push(operation),
      onReturn: () => {},
      onStrayReply: () => {},
    });
  }
  return operations;
}

function check(operations: readonly Operation[]): Omit<RegisterRunResult, 'cluster'> {
  const counts = { ok: 0, failed: 0, unknown: 0 };
  const histories = new Map<string, RegisterOperation[]>();
  for (const operation of operations) {
    counts[operation.result === 'waiting' ? 'unknown' : operation.result]++;
    const told = registerOperation(operation);
    if (told === undefined) continue;
    const history = histories.get(operation.key) ?? [];
    history.push(told);
    histories.set(operation.key, history);
  }
  const hasDeletes = operations.some(({ kind }) => kind === 'delete');
  const mistakes: string[] = [];
  let unknown = 0;
  for (const [key, history] of histories) {
    const mistake = hasDeletes ? searched(history) : linearizableMistake(history);
    if (mistake === 'unknown') unknown++;
    else if (mistake !== undefined) mistakes.push(`${key}: ${mistake}`);
  }
  return { mistakes, unknown, operations: counts };
}

function searched(history: readonly RegisterOperation[]): string | undefined {
  const found = searchLinearizable(history);
  if (found === 'unknown') return found;
  return found ? undefined : 'no order of its operations explains what they were told';
}

/** A read that failed says nothing; a write that failed for certain must not be seen. */
function registerOperation(operation: Operation): RegisterOperation | undefined {
  const { kind, result, value, read, calledAt, returnedAt } = operation;
  if (result === 'failed' || (kind === 'get' && result !== 'ok')) return undefined;
  return {
    kind: kind === 'get' ? 'read' : 'write',
    value: kind === 'get' ? read : value,
    call: calledAt,
    return: result === 'ok' ? returnedAt : Number.POSITIVE_INFINITY,
  };
}
