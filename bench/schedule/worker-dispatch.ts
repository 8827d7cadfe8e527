// The open loop with a schedule for each worker: each starts its own operations alone, and what is due while it is
// busy waits for it, though other workers may be free. This is the mode `{rate, N}` of basho_bench, without its
// defect: the time that an operation takes does not move the next one.
import type { Dispatch, DispatchCounts, OnDropped } from './dispatch.js';
import { DueHeap } from './due-heap.js';
import { type ArrivalSequence, type ArrivalSource, workerArrivals } from './open-schedule.js';

export interface WorkerDispatchOptions {
  source: ArrivalSource;
  /** Numbers of this thread's workers, from 1. */
  workerIds: readonly number[];
  onDropped: OnDropped;
}

export class WorkerDispatch implements Dispatch {
  owner = 0;
  intendedUs = 0;
  eligibleUs = 0;
  readonly #options: WorkerDispatchOptions;
  readonly #arrivals: ArrivalSequence[];
  /** A second reading of each schedule, which counts what was due. */
  readonly #due: ArrivalSequence[];
  readonly #idle: DueHeap;
  readonly #freeSinceUs: Float64Array;
  /** When each started its last operation; NaN before the first. */
  readonly #startedUs: Float64Array;
  readonly #isRetired: Uint8Array;
  readonly #counts: DispatchCounts = { offered: 0, started: 0, dropped: 0, limitedUs: 0 };

  constructor(options: WorkerDispatchOptions) {
    const { source, workerIds } = options;
    this.#options = options;
    this.#arrivals = workerIds.map((id) => workerArrivals(source, id));
    this.#due = workerIds.map((id) => workerArrivals(source, id));
    this.#idle = new DueHeap(workerIds.length);
    this.#freeSinceUs = new Float64Array(workerIds.length);
    this.#startedUs = new Float64Array(workerIds.length).fill(Number.NaN);
    this.#isRetired = new Uint8Array(workerIds.length);
  }

  get nextUs(): number {
    return this.#idle.nextUs;
  }

  get isExhausted(): boolean {
    return this.#arrivals.every(
      ({ atUs }, worker) => atUs === Number.POSITIVE_INFINITY || this.#isRetired[worker] === 1,
    );
  }

  take(nowUs: number, endUs: number): number {
    const { atLimit, lateAfterMs } = this.#options.source.schedule;
    while (this.#idle.nextUs <= nowUs && this.#idle.nextUs < endUs) {
      const dueUs = this.#idle.nextUs;
      const worker = this.#idle.pop();
      const arrivals = this.#arrivals[worker]!;
      arrivals.advance();
      if (atLimit === 'skip-late' && nowUs - dueUs > lateAfterMs * 1000) {
        this.#drop(worker, dueUs);
        this.#idle.push(worker, arrivals.atUs);
        continue;
      }
      this.owner = worker;
      this.intendedUs = dueUs;
      this.eligibleUs = Math.max(dueUs, this.#freeSinceUs[worker]!);
      this.#startedUs[worker] = nowUs;
      this.#counts.started++;
      return worker;
    }
    return -1;
  }

  release(worker: number, nowUs: number): void {
    const arrivals = this.#arrivals[worker]!;
    const startedUs = this.#startedUs[worker]!;
    // Before its first operation the worker has not kept anything waiting.
    if (startedUs >= 0 && arrivals.atUs <= nowUs) {
      this.#counts.limitedUs += (nowUs - Math.max(arrivals.atUs, startedUs)) / this.#arrivals.length;
      while (this.#options.source.schedule.atLimit === 'drop' && arrivals.atUs <= nowUs) {
        this.#drop(worker, arrivals.atUs);
        arrivals.advance();
      }
    }
    this.#freeSinceUs[worker] = nowUs;
    this.#idle.push(worker, arrivals.atUs);
  }

  giveBack(worker: number): void {
    this.retire(worker);
  }

  retire(worker: number): void {
    this.#isRetired[worker] = 1;
  }

  counts(untilUs: number): DispatchCounts {
    for (const due of this.#due) {
      while (due.atUs < untilUs) {
        this.#counts.offered++;
        due.advance();
      }
    }
    return this.#counts;
  }

  #drop(worker: number, dueUs: number): void {
    this.#options.onDropped(worker, dueUs);
    this.#counts.dropped++;
  }
}
