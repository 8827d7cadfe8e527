// Counts latencies in the bucket layout of HdrHistogram with three significant digits, in a typed array: a
// record touches one counter, and there are as many as the longest latency needs. For percentiles, merging with other tools and logs it is folded into an
// hdr-histogram-js histogram once per window.
// Buckets hold whole microseconds from 1 up (a shorter latency counts as 1); minimum, maximum and sum are kept
// exactly beside them, so that a mean of fractions of a microsecond stays right.
// Layout: Gil Tene's HdrHistogram; values are exact below 2048 µs, and within 0.1 % above.
import assert from 'node:assert/strict';
import { build, type Histogram, type JsHistogram } from 'hdr-histogram-js';

/** The longest latency that has a bucket of its own, over 71 minutes; longer ones count there. */
export const trackableUsMax = 2 ** 32 - 1;
const subBuckets = 2048;
const half = subBuckets / 2;
/** Bits of a value that the first bucket covers. */
const firstBits = 11;
const buckets = 32 - firstBits + 1;
const counterCount = (buckets + 1) * half;
/** The counters that a histogram begins with, for latencies below 4096 µs; a longer one doubles what it covers. */
const counterCountMin = 3 * half;
/** Numbers in front of the counters in an encoded histogram: count, sum, minimum, maximum. */
const headNumbers = 4;

export class LatencyHistogram {
  #counts = new Float64Array(counterCountMin);
  #count = 0;
  #sumUs = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;
  /** Bounds of the counters in use, so that resetting and packing cost what was recorded. */
  #lowest = counterCount;
  #highest = -1;

  get count(): number {
    return this.#count;
  }

  /** Exact; Infinity when there is no sample. */
  get minUs(): number {
    return this.#minUs;
  }

  /** Exact; 0 when there is no sample. */
  get maxUs(): number {
    return this.#maxUs;
  }

  /** Exact; 0 when there is no sample. */
  get meanUs(): number {
    return this.#count === 0 ? 0 : this.#sumUs / this.#count;
  }

  record(us: number): void {
    // Written so that NaN fails as well: it would be counted silently otherwise. A call of assert makes an array.
    if (!(us >= 0 && us < Number.POSITIVE_INFINITY)) assert.fail('a latency is finite and not negative');
    if (us < this.#minUs) this.#minUs = us;
    if (us > this.#maxUs) this.#maxUs = us;
    this.#count++;
    this.#sumUs += us;
    const index = counterIndex(us);
    if (index < this.#lowest) this.#lowest = index;
    if (index > this.#highest) this.#reach(index);
    this.#counts[index]! += 1;
  }

  /** Adds all samples of `other`; exact. */
  merge(other: LatencyHistogram): void {
    if (other.#count === 0) return;
    this.#lowest = Math.min(this.#lowest, other.#lowest);
    if (other.#highest > this.#highest) this.#reach(other.#highest);
    for (let index = other.#lowest; index <= other.#highest; index++)
      this.#counts[index]! += other.#counts[index]!;
    this.#addHead(other.#count, other.#sumUs, other.#minUs, other.#maxUs);
  }

  /** The samples as numbers that can be posted to another thread: the head, then pairs of counter and count. */
  encode(): Float64Array {
    let used = 0;
    for (let index = this.#lowest; index <= this.#highest; index++) if (this.#counts[index]! > 0) used++;
    const encoded = new Float64Array(headNumbers + 2 * used);
    encoded.set([this.#count, this.#sumUs, this.#minUs, this.#maxUs]);
    let at = headNumbers;
    for (let index = this.#lowest; index <= this.#highest; index++) {
      const count = this.#counts[index]!;
      if (count === 0) continue;
      encoded[at++] = index;
      encoded[at++] = count;
    }
    return encoded;
  }

  /** Adds what `encode` gave, here or in another thread; exact. */
  mergeEncoded(encoded: Float64Array): void {
    const [count = 0, sumUs = 0, minUs = 0, maxUs = 0] = encoded;
    if (count === 0) return;
    this.#addHead(count, sumUs, minUs, maxUs);
    for (let at = headNumbers; at < encoded.length; at += 2) {
      const index = encoded[at]!;
      if (index < this.#lowest) this.#lowest = index;
      if (index > this.#highest) this.#reach(index);
      this.#counts[index]! += encoded[at + 1]!;
    }
  }

  reset(): void {
    if (this.#highest >= 0) this.#counts.fill(0, this.#lowest, this.#highest + 1);
    this.#count = 0;
    this.#sumUs = 0;
    this.#minUs = Number.POSITIVE_INFINITY;
    this.#maxUs = 0;
    this.#lowest = counterCount;
    this.#highest = -1;
  }

  /**
   * The same samples as an hdr-histogram-js histogram, for percentiles and logs. It has room for as much as this one
   * has by now: one for an hour has 180 KiB of counters, and a run makes several a second.
   */
  fold(): Histogram {
    const histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: lowestOf(this.#counts.length) - 1,
      numberOfSignificantValueDigits: 3,
      bitBucketSize: 64,
      useWebAssembly: false,
    });
    for (let index = this.#lowest; index <= this.#highest; index++) {
      const count = this.#counts[index]!;
      if (count > 0) histogram.recordValueWithCount(lowestOf(index), count);
    }
    return histogram;
  }

  /**
   * Adds the samples of an hdr-histogram-js histogram of microseconds, for example one read from a log. Counts
   * are exact where it has three digits as well; its minimum, maximum and mean are its own, within 0.1 %.
   */
  addFrom(histogram: Histogram): void {
    if (histogram.totalCount === 0) return;
    // The type is that of both builds of the library; the one in JavaScript, which `fold` makes, has iterators.
    const values = (histogram as JsHistogram).recordedValuesIterator;
    assert(values !== undefined, 'a histogram in WebAssembly cannot be walked');
    values.reset();
    let leastUs = Number.POSITIVE_INFINITY;
    while (values.hasNext()) {
      const { valueIteratedTo, countAddedInThisIterationStep } = values.next();
      const index = counterIndex(valueIteratedTo);
      if (index < this.#lowest) this.#lowest = index;
      if (index > this.#highest) this.#reach(index);
      this.#counts[index]! += countAddedInThisIterationStep;
      leastUs = Math.min(leastUs, valueIteratedTo);
    }
    const { totalCount, mean, maxValue } = histogram;
    this.#addHead(totalCount, mean * totalCount, Math.min(leastUs, histogram.minNonZeroValue), maxValue);
  }

  /** The highest counter in use is now this one. */
  #reach(index: number): void {
    this.#highest = index;
    if (index < this.#counts.length) return;
    // Whole buckets: what a histogram covers ends at a power of two.
    const counts = new Float64Array((Math.floor(index / half) + 1) * half);
    counts.set(this.#counts);
    this.#counts = counts;
  }

  #addHead(count: number, sumUs: number, minUs: number, maxUs: number): void {
    this.#count += count;
    this.#sumUs += sumUs;
    this.#minUs = Math.min(this.#minUs, minUs);
    this.#maxUs = Math.max(this.#maxUs, maxUs);
  }
}

/** Where a latency is counted: whole microseconds, rounded to the nearest. */
function counterIndex(us: number): number {
  const value = us < 1 ? 1 : us >= trackableUsMax ? trackableUsMax : Math.round(us);
  const bucket = value < subBuckets ? 0 : 32 - firstBits - Math.clz32(value);
  const subBucket = bucket === 0 ? value : value / 2 ** bucket;
  return bucket * half + Math.floor(subBucket);
}

/** The smallest value that `counterIndex` maps to this counter. */
function lowestOf(index: number): number {
  if (index < subBuckets) return index;
  const bucket = Math.floor(index / half) - 1;
  return (index - bucket * half) * 2 ** bucket;
}
