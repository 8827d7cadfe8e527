// Who starts which operation when, in a loop that does not simply start the next one when the last has ended.

/** What became of the schedule so far, in one load thread. */
export interface DispatchCounts {
  /** Operations that were due. */
  offered: number;
  started: number;
  /** Operations that will never start: dropped at the limit, or skipped because they were late. */
  dropped: number;
  /** Microseconds in which an operation that was due waited for a worker; per worker, their mean. */
  limitedUs: number;
}

export interface Dispatch {
  /** Of what `take` gave: the worker whose streams it is drawn from (an index within this thread), ... */
  readonly owner: number;
  /** ... when it was due, and since when it could have started: it was due and a worker was free. */
  readonly intendedUs: number;
  readonly eligibleUs: number;
  /** The next moment at which `take` can give something; Infinity when a worker has to end first, or for ever. */
  readonly nextUs: number;
  /** Nothing will start any more. */
  readonly isExhausted: boolean;
  /** The worker that starts an operation now, or -1. Operations that are due at `endUs` or later are not given. */
  take(nowUs: number, endUs: number): number;
  /** The worker's operation has ended, or the worker is there for the first time. */
  release(worker: number, nowUs: number): void;
  /** What `take` gave cannot be drawn, since the keys of its owner are used up; the worker starts nothing now. */
  giveBack(worker: number, nowUs: number): void;
  /** The worker starts nothing any more. */
  retire(worker: number): void;
  /** Up to `untilUs`, which must not fall from call to call. */
  counts(untilUs: number): DispatchCounts;
}

/** Told of each operation that will never start, so that its draws are passed over and it is counted. */
export type OnDropped = (owner: number, intendedUs: number) => void;
