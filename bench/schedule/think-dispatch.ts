// The closed loop with think time: a worker starts its next operation a while after its last one has ended, as a
// user does who looks at the answer first. Nothing is due in advance, so nothing can be late.
import type { Random } from '../random/index.js';
import type { Dispatch, DispatchCounts } from './dispatch.js';
import { DueHeap } from './due-heap.js';

/** Always the same span, or exponential with that mean. */
export interface ThinkTime {
  kind: 'constant' | 'exponential';
  meanMs: number;
}

export interface ThinkDispatchOptions {
  thinkTime: ThinkTime;
  /** A stream for each worker of this thread. */
  streams: readonly Random[];
  /** Operations of this thread at most. */
  operationsMax: number;
}

export class ThinkDispatch implements Dispatch {
  owner = 0;
  intendedUs = 0;
  eligibleUs = 0;
  readonly #options: ThinkDispatchOptions;
  readonly #idle: DueHeap;
  readonly #hasBegun: Uint8Array;
  #working: number;
  readonly #counts: DispatchCounts = { offered: 0, started: 0, dropped: 0, limitedUs: 0 };

  constructor(options: ThinkDispatchOptions) {
    this.#options = options;
    this.#working = options.streams.length;
    this.#idle = new DueHeap(this.#working);
    this.#hasBegun = new Uint8Array(this.#working);
  }

  get nextUs(): number {
    return this.isExhausted ? Number.POSITIVE_INFINITY : this.#idle.nextUs;
  }

  get isExhausted(): boolean {
    return this.#working === 0 || this.#counts.started >= this.#options.operationsMax;
  }

  take(nowUs: number, endUs: number): number {
    if (this.#idle.nextUs > nowUs || nowUs >= endUs || this.isExhausted) return -1;
    const dueUs = this.#idle.nextUs;
    const worker = this.#idle.pop();
    this.owner = worker;
    this.intendedUs = dueUs;
    this.eligibleUs = dueUs;
    this.#counts.started++;
    return worker;
  }

  /** The first operation, too, comes after a think time, so that the workers do not begin all at once. */
  release(worker: number, nowUs: number): void {
    this.#idle.push(worker, nowUs + this.#means(worker) * this.#options.thinkTime.meanMs * 1000);
    this.#hasBegun[worker] = 1;
  }

  giveBack(worker: number): void {
    this.retire(worker);
  }

  retire(_worker: number): void {
    this.#working--;
  }

  counts(_untilUs: number): DispatchCounts {
    this.#counts.offered = this.#counts.started;
    return this.#counts;
  }

  /** The next think time in means; a first constant one is cut somewhere, as if come upon in the middle. */
  #means(worker: number): number {
    const isConstant = this.#options.thinkTime.kind === 'constant';
    if (isConstant && this.#hasBegun[worker] === 1) return 1;
    const float = this.#options.streams[worker]!.float();
    return isConstant ? float : -Math.log(1 - float);
  }
}
