// What ended when, finely: counts of successes and failures per slice of a tenth of a second, the first failure and the
// longest response time of each. What a fault did is told from these; windows of a second are too coarse. A load
// thread counts into `SliceCounts`, the main thread adds them up in `SliceTimeline`. Pure.

export const sliceMs = 100;
const sliceUs = sliceMs * 1000;
/** A day and more; what ends later is no longer told apart. */
const slicesMax = 1_000_000;
/** Numbers per slice as they are passed on: number of the slice, ok, failed, first failure and longest time in µs. */
const sliceNumbers = 5;

/** Of one load thread; times never go back. */
export class SliceCounts {
  #slice = 0;
  #endUs = sliceUs;
  #ok = 0;
  #failed = 0;
  #firstFailureUs = Number.POSITIVE_INFINITY;
  #worstUs = 0;
  #taken: number[] = [];

  ok(nowUs: number, responseUs: number): void {
    if (nowUs >= this.#endUs) this.#turn(nowUs);
    this.#ok++;
    if (responseUs > this.#worstUs) this.#worstUs = responseUs;
  }

  failed(nowUs: number): void {
    if (nowUs >= this.#endUs) this.#turn(nowUs);
    this.#failed++;
    if (nowUs < this.#firstFailureUs) this.#firstFailureUs = nowUs;
  }

  /** All that was counted since the last call, five numbers per slice. */
  take(): Float64Array {
    this.#keep();
    const taken = Float64Array.from(this.#taken);
    this.#taken = [];
    return taken;
  }

  #turn(nowUs: number): void {
    this.#keep();
    this.#slice = Math.floor(nowUs / sliceUs);
    this.#endUs = (this.#slice + 1) * sliceUs;
  }

  #keep(): void {
    if (this.#ok === 0 && this.#failed === 0) return;
    this.#taken.push(this.#slice, this.#ok, this.#failed, this.#firstFailureUs, this.#worstUs);
    this.#ok = 0;
    this.#failed = 0;
    this.#firstFailureUs = Number.POSITIVE_INFINITY;
    this.#worstUs = 0;
  }
}

/** Of all load threads. A slice in which nothing ended is there, with zeros. */
export class SliceTimeline {
  readonly #ok: number[] = [];
  readonly #failed: number[] = [];
  readonly #firstFailureUs: number[] = [];
  readonly #worstUs: number[] = [];

  add(slices: Float64Array): void {
    for (let at = 0; at < slices.length; at += sliceNumbers) {
      const slice = slices[at]!;
      if (slice < 0 || slice >= slicesMax) continue;
      while (this.#ok.length <= slice) {
        this.#ok.push(0);
        this.#failed.push(0);
        this.#firstFailureUs.push(Number.POSITIVE_INFINITY);
        this.#worstUs.push(0);
      }
      this.#ok[slice]! += slices[at + 1]!;
      this.#failed[slice]! += slices[at + 2]!;
      this.#firstFailureUs[slice] = Math.min(this.#firstFailureUs[slice]!, slices[at + 3]!);
      this.#worstUs[slice] = Math.max(this.#worstUs[slice]!, slices[at + 4]!);
    }
  }

  /** Successes that ended in the slices `from` to `to - 1`. */
  okBetween(from: number, to: number): number {
    return sumOf(this.#ok, from, to);
  }

  failedBetween(from: number, to: number): number {
    return sumOf(this.#failed, from, to);
  }

  worstUsBetween(from: number, to: number): number {
    let worst = 0;
    for (let at = Math.max(0, from); at < Math.min(to, this.#worstUs.length); at++)
      worst = Math.max(worst, this.#worstUs[at]!);
    return worst;
  }

  /** The first failure at or after a moment, in the slices up to `to - 1`; Infinity if there is none. */
  firstFailureUs(fromUs: number, to: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (let at = Math.max(0, Math.floor(fromUs / sliceUs)); at < Math.min(to, this.#failed.length); at++) {
      const us = this.#firstFailureUs[at]!;
      if (us >= fromUs) first = Math.min(first, us);
      if (first < Number.POSITIVE_INFINITY) break;
    }
    return first;
  }
}

function sumOf(counts: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let at = Math.max(0, from); at < Math.min(to, counts.length); at++) sum += counts[at]!;
  return sum;
}
