// The schedule of an open loop as plain data, and from it the arrivals: a pure function of seed and profile,
// whatever the store does and however many threads there are.

import { type Random, type Seed, workerStreams } from '../random/index.js';
import { type Arrivals, ListedArrivals } from './arrivals.js';
import { constantArrivals } from './constant-arrivals.js';
import { poissonArrivals } from './poisson-arrivals.js';
import { RateCurve } from './rate-curve.js';
import type { RateProfile } from './rate-profile.js';
import { uniformArrivals } from './uniform-arrivals.js';
import type { UnitArrivals } from './unit-arrivals.js';

export const arrivalModels = ['constant', 'poisson', 'uniform'] as const;
export type ArrivalModel = (typeof arrivalModels)[number];

/**
 * What becomes of an operation that is due while every worker is busy.
 * - queue: it starts as soon as a worker is free, however late; its response time counts the wait.
 * - drop: it never starts, and is counted.
 * - skip-late: it waits, but never starts more than `lateAfterMs` after it was due, and is counted then.
 */
export const limitPolicies = ['queue', 'drop', 'skip-late'] as const;
export type LimitPolicy = (typeof limitPolicies)[number];

export interface OpenSchedule {
  profile: RateProfile;
  arrival: ArrivalModel;
  /** `run`: the profile is what all workers do together; `worker`: what each of them does. */
  per: 'run' | 'worker';
  atLimit: LimitPolicy;
  lateAfterMs: number;
}

/** The arrivals of the whole run, or of one worker; `limit` is how many there are at most. */
export class ArrivalSequence implements Arrivals {
  /** When the present arrival is due, in microseconds since the start; Infinity behind the last one. */
  atUs: number;
  /** Its number, from 0. */
  index = 0;
  readonly #unit: UnitArrivals;
  readonly #curve: RateCurve;
  readonly #limit: number;

  constructor(unit: UnitArrivals, curve: RateCurve, limit: number) {
    this.#unit = unit;
    this.#curve = curve;
    this.#limit = limit;
    this.atUs = this.#due();
  }

  advance(): void {
    this.index++;
    this.atUs = this.#due();
  }

  #due(): number {
    if (this.index >= this.#limit) return Number.POSITIVE_INFINITY;
    return this.#curve.secondsAt(this.#unit.next()) * 1e6;
  }
}

export interface ArrivalSource {
  schedule: OpenSchedule;
  randomAlgorithm: string;
  randomSeed: Seed;
  /** Of the whole run. */
  workers: number;
  operationsMax: number;
  /** The moments of a trace, in place of those of the schedule. */
  listed?: { offsetUs: Float64Array; speed: number } | undefined;
}

/** The arrivals of a schedule per run; their stream of chance is that of worker 0, which does not exist otherwise. */
export function runArrivals(source: ArrivalSource): Arrivals {
  if (source.listed !== undefined) return new ListedArrivals(source.listed.offsetUs, source.listed.speed);
  return sequence(source, streamOf(source, 0), 0, source.operationsMax);
}

/** Those of worker `id` (1 to N) of a schedule per worker; equal distances are staggered over the workers. */
export function workerArrivals(source: ArrivalSource, id: number): ArrivalSequence {
  const { workers, operationsMax } = source;
  const share = Math.floor(operationsMax / workers) + (id <= operationsMax % workers ? 1 : 0);
  const limit = Number.isFinite(operationsMax) ? share : operationsMax;
  return sequence(source, streamOf(source, id), (id - 1) / workers, limit);
}

function streamOf({ randomAlgorithm, randomSeed }: ArrivalSource, id: number): Random {
  return workerStreams(randomAlgorithm, randomSeed, id).arrival;
}

function sequence(
  { schedule }: ArrivalSource,
  random: Random,
  offset: number,
  limit: number,
): ArrivalSequence {
  return new ArrivalSequence(
    unitArrivals(schedule.arrival, random, offset),
    new RateCurve(schedule.profile),
    limit,
  );
}

function unitArrivals(model: ArrivalModel, random: Random, offset: number): UnitArrivals {
  switch (model) {
    case 'constant':
      return constantArrivals(offset);
    case 'uniform':
      return uniformArrivals(random);
    case 'poisson':
      return poissonArrivals(random);
  }
}
