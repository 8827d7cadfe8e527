// The clock of a load thread: monotonic, in microseconds since the start of the run. Before the start is told, no
// time of the run has come: what a driver hears while it opens its connections ends no window.
import { performance } from 'node:perf_hooks';

/** Readings of both clocks, of which the closest pair is used. */
const pairings = 50;

export class LoadClock {
  #originMs = Number.POSITIVE_INFINITY;
  #monotonicOffsetUs: number | undefined;
  /** How far `monotonicStartUs` may be off, in microseconds. */
  uncertaintyUs = 0;
  #startEpochMs = performance.timeOrigin + performance.now();

  /** The run starts at this moment, which all load threads share: milliseconds since 1970, with a fraction. */
  startAt(epochMs: number): void {
    this.#startEpochMs = epochMs;
    this.#originMs = epochMs - performance.timeOrigin;
  }

  get startEpochMs(): number {
    return this.#startEpochMs;
  }

  /** The start on the machine's monotonic clock, which all threads share: microseconds. */
  get monotonicStartUs(): number {
    this.#monotonicOffsetUs ??= this.#pairClocks();
    return this.#originMs * 1000 + this.#monotonicOffsetUs;
  }

  /** Microseconds from the origin of `performance.now()` in this thread to that of the monotonic clock. */
  #pairClocks(): number {
    let offsetUs = 0;
    let closestUs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < pairings; i++) {
      const beforeUs = Number(process.hrtime.bigint()) / 1000;
      const nowUs = performance.now() * 1000;
      const apartUs = Number(process.hrtime.bigint()) / 1000 - beforeUs;
      if (apartUs >= closestUs) continue;
      closestUs = apartUs;
      offsetUs = beforeUs + apartUs / 2 - nowUs;
    }
    this.uncertaintyUs = closestUs / 2;
    return offsetUs;
  }

  nowUs(): number {
    return (performance.now() - this.#originMs) * 1000;
  }
}
