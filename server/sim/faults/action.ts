/**
 * What can be done to a cluster, as lines of text that a story or a shrunk run is made of: a verb, the nodes that
 * it concerns, and perhaps an amount. An action that makes no sense now (to start what runs) does nothing, so
 * that any part of a list of actions is a list of actions.
 */
import type { SimulatedCluster } from '../simulated-cluster.js';
import { operatorVerbs } from './operator-verbs.js';

export interface Action {
  readonly verb: string;
  /** Numbers from 0; `node1` is 0. */
  readonly nodes: readonly number[];
  readonly amount: number;
}

/** An action and its time since the run began. */
export interface TimedAction extends Action {
  readonly atMs: number;
}

export interface VerbSpec {
  /** How many nodes it names; `any`: one or more. */
  readonly nodes: number | 'any';
  /** The unit of the amount; undefined: none. */
  readonly unit?: string;
  readonly meaning: string;
  /** Returns false if it makes no sense now. */
  apply(cluster: SimulatedCluster, nodes: readonly number[], amount: number): boolean;
}

export const verbs: Readonly<Record<string, VerbSpec>> = {
  crash: {
    nodes: 'any',
    meaning: 'The processes end with the power; of what was not synced, nothing is kept.',
    apply: (cluster, nodes) => nodes.map((node) => cluster.crash(node)).includes(true),
  },
  'crash-torn': {
    nodes: 'any',
    unit: 'writes',
    meaning: 'As crash, and so many of the oldest writes that were not synced are there all the same.',
    apply: (cluster, nodes, kept) => nodes.map((node) => cluster.crash(node, kept)).includes(true),
  },
  kill: {
    nodes: 'any',
    meaning: 'The processes end as by kill -9: all that was written is kept, synced or not.',
    apply: (cluster, nodes) =>
      nodes.map((node) => cluster.crash(node, Number.MAX_SAFE_INTEGER)).includes(true),
  },
  wipe: {
    nodes: 'any',
    meaning: 'The processes end, and what they held is gone for ever.',
    apply: (cluster, nodes) => nodes.map((node) => cluster.wipe(node)).includes(true),
  },
  start: {
    nodes: 'any',
    meaning: 'Starts processes that have ended.',
    apply: (cluster, nodes) => nodes.map((node) => cluster.start(node)).includes(true),
  },
  restart: {
    nodes: 'any',
    meaning: 'Ends the processes and starts them anew at once.',
    apply: (cluster, nodes) => nodes.map((node) => cluster.crash(node) && cluster.start(node)).includes(true),
  },
  pause: {
    nodes: 'any',
    meaning: 'Stops processes as SIGSTOP does.',
    apply: (cluster, nodes) => nodes.map((node) => cluster.freeze(node)).includes(true),
  },
  resume: {
    nodes: 'any',
    meaning: 'Lets paused processes go on.',
    apply: (cluster, nodes) => nodes.map((node) => cluster.thaw(node)).includes(true),
  },
  split: {
    nodes: 'any',
    meaning: 'Cuts these nodes off from all others.',
    apply: (cluster, nodes) => cutAll(cluster, nodes, others(cluster, nodes)),
  },
  bridge: {
    nodes: 'any',
    meaning: 'The first node sees all; the rest of the list and all others do not see each other.',
    apply: (cluster, nodes) => cutAll(cluster, nodes.slice(1), others(cluster, nodes)),
  },
  'cut-one-way': {
    nodes: 2,
    meaning: 'Loses what the first says to the second, and not the other way round.',
    apply: (cluster, [from, to]) => {
      cluster.network.cut(from!, to!);
      return true;
    },
  },
  mend: {
    nodes: 0,
    meaning: 'Ends all cuts and slow links; connections that lost something break.',
    apply: (cluster) => {
      cluster.heal();
      return true;
    },
  },
  break: {
    nodes: 2,
    meaning: 'Breaks the connections between two nodes.',
    apply: (cluster, [a, b]) => {
      cluster.network.breakBetween(a!, b!);
      return true;
    },
  },
  corrupt: {
    nodes: 2,
    meaning: 'Turns a bit over in what the first says next to the second.',
    apply: (cluster, [from, to]) => {
      cluster.network.corrupt(from!, to!);
      return true;
    },
  },
  'slow-link': {
    nodes: 2,
    unit: 'x',
    meaning: 'Makes the way from the first to the second longer by a factor.',
    apply: (cluster, [from, to], factor) => {
      cluster.network.slow(from!, to!, factor);
      return true;
    },
  },
  slow: {
    nodes: 1,
    unit: 'ms',
    meaning: 'Whatever the node receives or sends takes so much longer.',
    apply: (cluster, [node], ms) => {
      cluster.machines[node!]!.slowMs = ms;
      return true;
    },
  },
  'slow-sync': {
    nodes: 1,
    unit: 'ms',
    meaning: 'Every sync of the disk takes so much longer.',
    apply: (cluster, [node], ms) => {
      cluster.machines[node!]!.slowSyncMs = ms;
      return cluster.disks.length > 0;
    },
  },
  'sync-fails': {
    nodes: 1,
    meaning: 'The disk makes nothing durable any more, and says so, until the process is another.',
    apply: (cluster, [node]) => {
      if (cluster.disks[node!] === undefined || cluster.machines[node!]!.node === undefined) return false;
      cluster.disks[node!]!.fail('The disk does not answer.');
      return true;
    },
  },
  'disk-full': {
    nodes: 1,
    meaning: 'The disk takes no record any more.',
    apply: (cluster, [node]) => setFull(cluster, node!, true),
  },
  'disk-free': {
    nodes: 1,
    meaning: 'The disk takes records again.',
    apply: (cluster, [node]) => setFull(cluster, node!, false),
  },
  rot: {
    nodes: 1,
    unit: 'th',
    meaning: 'A durable record on the disk is damaged: the so-and-so-manieth, counted round.',
    apply: (cluster, [node], index) => cluster.rot(node!, index),
  },
  clock: {
    nodes: 1,
    unit: 'ms',
    meaning: 'Sets the wall clock so far ahead (or behind) of the true time.',
    apply: (cluster, [node], ms) => {
      cluster.machines[node!]!.clockOffsetMs = ms;
      return true;
    },
  },
  drift: {
    nodes: 1,
    unit: 'ppm',
    meaning: 'The wall clock goes so much too fast.',
    apply: (cluster, [node], ppm) => {
      cluster.machines[node!]!.clockDriftPpm = ppm;
      return true;
    },
  },
  ...operatorVerbs,
};

export function applyAction(cluster: SimulatedCluster, { verb, nodes, amount }: Action): boolean {
  return verbs[verb]!.apply(cluster, nodes, amount);
}

/** `crash node2 node3`, `slow node1 20ms`. */
export function formatAction({ verb, nodes, amount }: Action): string {
  const { unit } = verbs[verb]!;
  const names = nodes.map((node) => `node${node + 1}`);
  return [verb, ...names, ...(unit === undefined ? [] : [`${amount}${unit}`])].join(' ');
}

/** Returns the action, or a sentence that says what is wrong with the text. */
export function parseAction(text: string): Action | string {
  const [verb = '', ...words] = text.trim().split(/\s+/);
  const spec = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (spec === undefined) return `"${verb}" is no action; the actions are ${Object.keys(verbs).join(', ')}.`;
  let amount = 0;
  if (spec.unit !== undefined) {
    const given = new RegExp(`^(-?[0-9.]+)${spec.unit}$`).exec(words.pop() ?? '');
    if (given === null) return `"${verb}" ends with an amount in ${spec.unit}, for example 20${spec.unit}.`;
    amount = Number(given[1]);
  }
  const nodes = words.map((word) => /^node([1-9][0-9]*)$/.exec(word)?.[1]);
  const isCountRight = spec.nodes === 'any' ? nodes.length > 0 : nodes.length === spec.nodes;
  if (!isCountRight || nodes.includes(undefined))
    return `"${verb}" names ${spec.nodes} nodes, for example node1, and not "${words.join(' ')}".`;
  return { verb, nodes: nodes.map((number) => Number(number) - 1), amount };
}

function setFull(cluster: SimulatedCluster, node: number, isFull: boolean): boolean {
  const disk = cluster.disks[node];
  if (disk === undefined || disk.isFull === isFull) return false;
  disk.isFull = isFull;
  return true;
}

function others(cluster: SimulatedCluster, nodes: readonly number[]): number[] {
  return cluster.machines.map(({ number }) => number).filter((number) => !nodes.includes(number));
}

function cutAll(cluster: SimulatedCluster, one: readonly number[], other: readonly number[]): boolean {
  for (const a of one) for (const b of other) cluster.cut(a, b);
  return one.length > 0 && other.length > 0;
}
