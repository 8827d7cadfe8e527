// The clock of a load thread: monotonic, in microseconds since the start of the run.
import { performance } from 'node:perf_hooks';

export class LoadClock {
  #originMs = performance.now();
  #startEpochMs = performance.timeOrigin + performance.now();

  /** The run starts at this moment, which all load threads share: milliseconds since 1970, with a fraction. */
  startAt(epochMs: number): void {
    this.#startEpochMs = epochMs;
    this.#originMs = epochMs - performance.timeOrigin;
  }

  get startEpochMs(): number {
    return this.#startEpochMs;
  }

  nowUs(): number {
    return (performance.now() - this.#originMs) * 1000;
  }
}
