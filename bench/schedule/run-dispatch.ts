// The open loop with one schedule for all workers: operation k of the run is drawn from the streams of worker
// k modulo their number, and started by whichever worker of the same load thread is free. So the data of operation
// k are a function of seed and k alone, while a slow operation holds up no other as long as a worker is free.
// What waits for a worker is not kept anywhere: the schedule simply is not read further.

import type { Arrivals } from './arrivals.js';
import type { Dispatch, DispatchCounts, OnDropped } from './dispatch.js';
import { type ArrivalSource, runArrivals } from './open-schedule.js';

export interface RunDispatchOptions {
  source: ArrivalSource;
  /** Workers i (from 1) with (i - 1) modulo threads = thread belong to this one. */
  threads: number;
  thread: number;
  onDropped: OnDropped;
}

export class RunDispatch implements Dispatch {
  owner = 0;
  intendedUs = 0;
  eligibleUs = 0;
  readonly #options: RunDispatchOptions;
  readonly #arrivals: Arrivals;
  /** A second reading of the schedule, which counts what was due. */
  readonly #due: Arrivals;
  readonly #workers: number;
  /** Free workers, the longest free first: a ring. */
  readonly #free: Int32Array;
  #freeHead = 0;
  #freeCount = 0;
  #working: number;
  /** Since when there has been a free worker, and since when there has been none. */
  #availableSinceUs = 0;
  #busySinceUs = 0;
  readonly #counts: DispatchCounts = { offered: 0, started: 0, dropped: 0, limitedUs: 0 };

  constructor(options: RunDispatchOptions) {
    const { source, threads, thread } = options;
    this.#options = options;
    this.#workers = source.workers;
    this.#working = Math.ceil((source.workers - thread) / threads);
    this.#free = new Int32Array(this.#working);
    this.#arrivals = runArrivals(source);
    this.#due = runArrivals(source);
    this.#skipOthers(this.#arrivals);
    this.#skipOthers(this.#due);
  }

  get nextUs(): number {
    const isWaiting = this.#freeCount === 0 && this.#options.source.schedule.atLimit !== 'drop';
    return isWaiting ? Number.POSITIVE_INFINITY : this.#arrivals.atUs;
  }

  get isExhausted(): boolean {
    return this.#arrivals.atUs === Number.POSITIVE_INFINITY || this.#working === 0;
  }

  take(nowUs: number, endUs: number): number {
    const { atLimit, lateAfterMs } = this.#options.source.schedule;
    while (this.#arrivals.atUs <= nowUs && this.#arrivals.atUs < endUs) {
      const dueUs = this.#arrivals.atUs;
      if (atLimit === 'skip-late' && nowUs - dueUs > lateAfterMs * 1000) {
        this.#drop();
      } else if (this.#freeCount > 0) {
        this.owner = this.#ownerOf(this.#arrivals);
        this.intendedUs = dueUs;
        this.eligibleUs = Math.max(dueUs, this.#availableSinceUs);
        this.#advance(this.#arrivals);
        this.#counts.started++;
        return this.#takeFree(nowUs);
      } else if (atLimit === 'drop') {
        this.#drop();
      } else {
        return -1;
      }
    }
    return -1;
  }

  release(worker: number, nowUs: number): void {
    if (this.#freeCount === 0) {
      this.#availableSinceUs = nowUs;
      if (this.#arrivals.atUs <= nowUs)
        this.#counts.limitedUs += nowUs - Math.max(this.#arrivals.atUs, this.#busySinceUs);
    }
    this.#free[(this.#freeHead + this.#freeCount) % this.#free.length] = worker;
    this.#freeCount++;
  }

  giveBack(worker: number, nowUs: number): void {
    this.release(worker, nowUs);
  }

  retire(_worker: number): void {
    this.#working--;
  }

  counts(untilUs: number): DispatchCounts {
    while (this.#due.atUs < untilUs) {
      this.#counts.offered++;
      this.#advance(this.#due);
    }
    return this.#counts;
  }

  #takeFree(nowUs: number): number {
    const worker = this.#free[this.#freeHead]!;
    this.#freeHead = (this.#freeHead + 1) % this.#free.length;
    this.#freeCount--;
    if (this.#freeCount === 0) this.#busySinceUs = nowUs;
    return worker;
  }

  #drop(): void {
    this.#options.onDropped(this.#ownerOf(this.#arrivals), this.#arrivals.atUs);
    this.#counts.dropped++;
    this.#advance(this.#arrivals);
  }

  #advance(arrivals: Arrivals): void {
    arrivals.advance();
    this.#skipOthers(arrivals);
  }

  /** Goes on to the next arrival that is drawn by a worker of this thread. */
  #skipOthers(arrivals: Arrivals): void {
    const { threads, thread } = this.#options;
    if (threads === 1) return;
    while ((arrivals.index % this.#workers) % threads !== thread && arrivals.atUs < Number.POSITIVE_INFINITY)
      arrivals.advance();
  }

  #ownerOf({ index }: Arrivals): number {
    return Math.floor((index % this.#workers) / this.#options.threads);
  }
}
