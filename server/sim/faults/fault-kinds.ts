/**
 * The kinds of faults, each with how it is drawn: what begins it, and what ends it after a while. About half of
 * the kinds are off in each seed (as in swarm testing, Groce and others 2012), since faults hide each other.
 */
import type { RandomStream } from '../random-stream.js';
import type { Action } from './action.js';
import { operatorKinds } from './operator-kinds.js';

export interface FaultKind {
  readonly name: string;
  /** How long it lasts, in milliseconds; 0 for what is over at once. */
  readonly lastsMs: readonly [least: number, most: number];
  /** How often it is drawn, against the others. */
  readonly weight: number;
  /** It is between nodes, and makes no sense with one. */
  readonly isBetween?: true;
  /** An operator does it: such kinds are on together in half of the seeds, and off in the other half. */
  readonly isOperator?: true;
  begin(random: RandomStream, nodes: number): Action;
  end?(begun: Action): Action;
}

const some = (random: RandomStream, nodes: number, count: number) =>
  random
    .shuffled(Array.from({ length: nodes }, (_, node) => node))
    .slice(0, count)
    .sort((a, b) => a - b);
const two = (random: RandomStream, nodes: number) => some(random, nodes, 2);
const action = (verb: string, nodes: readonly number[], amount = 0): Action => ({ verb, nodes, amount });
const mend = () => action('mend', []);
const start = ({ nodes }: Action) => action('start', nodes);

export const faultKinds: readonly FaultKind[] = [
  {
    name: 'crash',
    weight: 4,
    lastsMs: [50, 4000],
    begin: (random, nodes) => action('crash', [random.below(nodes)]),
    end: start,
  },
  {
    name: 'crash-many',
    weight: 1,
    lastsMs: [50, 3000],
    begin: (random, nodes) =>
      action('crash', some(random, nodes, Math.max(2, Math.ceil(nodes * random.between(0.5, 1))))),
    end: start,
  },
  {
    name: 'crash-torn',
    weight: 1,
    lastsMs: [50, 3000],
    begin: (random, nodes) => action('crash-torn', [random.below(nodes)], 1 + random.below(20)),
    end: start,
  },
  {
    name: 'kill',
    weight: 2,
    lastsMs: [50, 4000],
    begin: (random, nodes) => action('kill', [random.below(nodes)]),
    end: start,
  },
  {
    name: 'wipe',
    weight: 1,
    lastsMs: [50, 4000],
    begin: (random, nodes) => action('wipe', [random.below(nodes)]),
    end: start,
  },
  {
    name: 'pause',
    weight: 2,
    lastsMs: [20, 5000],
    begin: (random, nodes) => action('pause', [random.below(nodes)]),
    end: ({ nodes }) => action('resume', nodes),
  },
  {
    name: 'slow-node',
    weight: 2,
    lastsMs: [200, 5000],
    begin: (random, nodes) => action('slow', [random.below(nodes)], 1 + random.below(100)),
    end: ({ nodes }) => action('slow', nodes, 0),
  },
  {
    name: 'isolate',
    isBetween: true,
    weight: 2,
    lastsMs: [100, 6000],
    begin: (random, nodes) => action('split', [random.below(nodes)]),
    end: mend,
  },
  {
    name: 'halves',
    isBetween: true,
    weight: 1,
    lastsMs: [100, 6000],
    begin: (random, nodes) => action('split', some(random, nodes, nodes >> 1)),
    end: mend,
  },
  {
    name: 'bridge',
    isBetween: true,
    weight: 1,
    lastsMs: [100, 6000],
    begin: (random, nodes) =>
      action('bridge', random.shuffled(some(random, nodes, nodes)).slice(0, 1 + (nodes >> 1))),
    end: mend,
  },
  {
    name: 'one-way',
    isBetween: true,
    weight: 2,
    lastsMs: [100, 6000],
    begin: (random, nodes) => action('cut-one-way', random.shuffled(two(random, nodes))),
    end: mend,
  },
  {
    name: 'break',
    isBetween: true,
    weight: 3,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('break', two(random, nodes)),
  },
  {
    name: 'corrupt',
    isBetween: true,
    weight: 1,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('corrupt', random.shuffled(two(random, nodes))),
  },
  {
    name: 'slow-link',
    isBetween: true,
    weight: 2,
    lastsMs: [200, 6000],
    begin: (random, nodes) => action('slow-link', random.shuffled(two(random, nodes)), 2 + random.below(50)),
    end: ({ nodes }) => action('slow-link', nodes, 1),
  },
  {
    name: 'slow-disk',
    weight: 2,
    lastsMs: [200, 5000],
    begin: (random, nodes) => action('slow-sync', [random.below(nodes)], 20 + random.below(480)),
    end: ({ nodes }) => action('slow-sync', nodes, 0),
  },
  {
    name: 'sync-error',
    weight: 1,
    lastsMs: [100, 3000],
    begin: (random, nodes) => action('sync-fails', [random.below(nodes)]),
    // A node does not go on with a disk that has lied: it ends, and begins anew.
    end: ({ nodes }) => action('restart', nodes),
  },
  {
    name: 'disk-full',
    weight: 1,
    lastsMs: [200, 4000],
    begin: (random, nodes) => action('disk-full', [random.below(nodes)]),
    end: ({ nodes }) => action('disk-free', nodes),
  },
  {
    name: 'bit-rot',
    weight: 1,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('rot', [random.below(nodes)], random.below(1000)),
  },
  {
    name: 'clock-jump',
    weight: 1,
    lastsMs: [500, 10_000],
    begin: (random, nodes) => action('clock', [random.below(nodes)], Math.round(random.between(-2000, 2000))),
    end: ({ nodes }) => action('clock', nodes, 0),
  },
  {
    name: 'drift',
    weight: 1,
    lastsMs: [2000, 20_000],
    begin: (random, nodes) => action('drift', [random.below(nodes)], Math.round(random.between(-500, 500))),
    end: ({ nodes }) => action('drift', nodes, 0),
  },
  ...operatorKinds,
];

/** Faults that messages meet by chance all the time, and not at a point in time. */
export const ambientKinds = ['tail-delay', 'split-chunks', 'duplicates', 'slow-sync-tail'] as const;

export const allFaultNames: readonly string[] = [...faultKinds.map(({ name }) => name), ...ambientKinds];
