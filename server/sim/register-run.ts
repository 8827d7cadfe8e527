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
  readonly keys?: number;
  readonly sessions?: number;
  readonly durationMs?: number;
  /** Deletes make the check a search, with a limit: keep such runs short. */
  readonly deleteShare?: number;
  /** Six nodes, of which three are members at first: others join, and one leaves, while the load runs. */
  readonly changesMembers?: boolean;
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
/** Nodes of these clusters do not keep what they know of it, so they must not end. */
const kindsOfChange = new Set(
  [...kindsDefault].filter((name) => !/^(crash|kill|sync-error|bit-rot)/.test(name)),
);
/** Clients of the nodes that stay: who leaves, or has not joined, is a cluster of its own. */
const stayingNodes = [0, 1];

export function runRegisters(options: RegisterRunOptions): RegisterRunResult {
  const { seed, durationMs = 20_000, consistency, plantedFault, changesMembers = false } = options;
  const nodes = changesMembers ? 6 : 5;
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
    areAlone: changesMembers,
    onLog: () => {},
  });
  if (changesMembers) formThree(cluster);
  else cluster.form();
  const operations = load(cluster, random, options);
  const startMs = cluster.nowMs;
  const allKinds = changesMembers ? kindsOfChange : kindsDefault;
  const kinds = options.kinds ?? new Set([...allKinds].filter(() => random.chance(0.6)));
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
  if (changesMembers) scheduleChanges(cluster, durationMs);
  cluster.run(durationMs);
  return { ...check(operations), cluster };
}

/** The first three of nodes that begin alone. */
function formThree(cluster: SimulatedCluster): void {
  for (const node of [1, 2]) {
    cluster.client(node).send('RKV.JOIN', '127.0.0.1:7001');
    cluster.runUntil('a staged join', () => cluster.node(0).clusterState.members.size === node + 1);
  }
  decide(cluster);
  const owners = () => new Set(cluster.node(1).clusterState.decision.owners).size;
  cluster.runUntil('three owners', () => owners() === 3 && cluster.node(1).isReady);
}

/** Two join, then one leaves and another joins, then one of those leaves again. */
function scheduleChanges(cluster: SimulatedCluster, durationMs: number): void {
  const changes = [[join(3), join(4)], [leave(2), join(5)], [leave(3)]];
  const phaseMs = durationMs / (changes.length + 1);
  changes.forEach((staged, phase) => {
    const at = (ms: number, run: () => void) => {
      cluster.scheduler.after(phase * phaseMs + 500 + ms, eventTag.nemesis, run);
    };
    for (const [i, stage] of staged.entries()) at(i * 300, () => stage(cluster));
    // Tried again while faults may be in the way.
    for (let attempt = 0; attempt < 3; attempt++) at(1000 + attempt * 700, () => decide(cluster));
  });
}

function join(node: number): (cluster: SimulatedCluster) => void {
  return (cluster) => cluster.client(node).send('RKV.JOIN', '127.0.0.1:7001');
}

function leave(node: number): (cluster: SimulatedCluster) => void {
  return (cluster) => cluster.client(node).send('RKV.LEAVE');
}

function decide(cluster: SimulatedCluster): void {
  const operator = cluster.client(0);
  operator.send('RKV.PLAN');
  operator.send('RKV.COMMIT');
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
        ...(options.changesMembers === true && { nodes: stayingNodes }),
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
