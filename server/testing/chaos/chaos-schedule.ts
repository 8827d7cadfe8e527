/**
 * What happens to the cluster, and when: drawn from a seed, so that a run can be had again (the same faults at
 * the same times; what the processes make of them is not). Pure.
 */

import type { RandomStream } from '../../sim/random-stream.js';

export const chaosKinds = [
  'kill',
  'kill-many',
  'power',
  'blackout',
  'terminate',
  'pause',
  'disk-full',
  'isolate',
  'one-way',
  'halves',
  'slow-link',
  'join',
  'leave',
] as const;
export type ChaosKind = (typeof chaosKinds)[number];

export interface ChaosFault {
  readonly kind: ChaosKind;
  /** Milliseconds from the beginning of the load. */
  readonly atMs: number;
  /** Until it is put right; for members that come and go, nothing. */
  readonly lastsMs: number;
  /** Chooses whom it meets, 0 to 1, and how many. */
  readonly who: number;
  readonly howMany: number;
}

/** How often each is drawn against the others, and how long it lasts at least and at most. */
const draws: Record<ChaosKind, readonly [weight: number, leastMs: number, mostMs: number]> = {
  kill: [8, 100, 3000],
  'kill-many': [1, 100, 2000],
  power: [6, 100, 2000],
  blackout: [1, 100, 1000],
  terminate: [2, 100, 2000],
  pause: [4, 100, 6000],
  'disk-full': [2, 500, 4000],
  isolate: [3, 200, 6000],
  'one-way': [3, 200, 6000],
  halves: [1, 200, 5000],
  'slow-link': [2, 500, 6000],
  join: [1, 0, 0],
  leave: [1, 0, 0],
};

export interface ScheduleOptions {
  readonly durationMs: number;
  readonly kinds: readonly ChaosKind[];
  /** Mean time between two faults. */
  readonly paceMs: number;
  readonly random: RandomStream;
}

/** Faults in the order of their times; they may overlap. Every kind comes at least once if there is time for it. */
export function drawSchedule({ durationMs, kinds, paceMs, random }: ScheduleOptions): ChaosFault[] {
  const faults: ChaosFault[] = [];
  const due = random.shuffled(kinds);
  for (let atMs = paceMs; atMs < durationMs; atMs += paceMs * (0.5 + random.fraction())) {
    const kind = due.pop() ?? drawKind(kinds, random);
    const [, leastMs, mostMs] = draws[kind];
    // Short ones are as likely as long ones: many mistakes need a moment that is missed by long outages.
    const lastsMs = leastMs === 0 ? 0 : Math.round(leastMs * (mostMs / leastMs) ** random.fraction());
    faults.push({
      kind,
      atMs: Math.round(atMs),
      lastsMs,
      who: random.fraction(),
      howMany: random.fraction(),
    });
  }
  return faults;
}

function drawKind(kinds: readonly ChaosKind[], random: RandomStream): ChaosKind {
  const sum = kinds.reduce((total, kind) => total + draws[kind][0], 0);
  let left = random.fraction() * sum;
  for (const kind of kinds) {
    left -= draws[kind][0];
    if (left < 0) return kind;
  }
  return kinds.at(-1)!;
}
