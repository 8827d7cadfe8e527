// Intervals by the studentized bootstrap (bootstrap-t; Efron and Tibshirani, An Introduction to the Bootstrap,
// 1993, chapter 12): the spread of each resample is its own, so that a handful of repeats does not pretend to more
// certainty than it has. Seeded: the same samples give the same interval.
import { Xoshiro128 } from '../random/index.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** For example 0.95. */
  readonly confidence: number;
  readonly resamples?: number;
  readonly seed?: number;
}

const resamplesDefault = 2000;

/** An interval for the mean of what the samples come from; at least two samples, otherwise it is unbounded. */
export function meanInterval(samples: readonly number[], options: BootstrapOptions): Interval {
  if (samples.length < 2) return unbounded;
  const center = mean(samples);
  const error = standardError(samples);
  const random = new Xoshiro128([options.seed ?? 1, samples.length, 1]);
  const resample = new Array<number>(samples.length);
  return fromRatios({ center, error }, options, () => {
    draw(samples, resample, random);
    return { shift: mean(resample) - center, error: standardError(resample) };
  });
}

/** An interval for the mean of `b` less the mean of `a`; independent samples, at least two of each. */
export function differenceInterval(
  a: readonly number[],
  b: readonly number[],
  options: BootstrapOptions,
): Interval {
  if (a.length < 2 || b.length < 2) return unbounded;
  const center = mean(b) - mean(a);
  const error = Math.hypot(standardError(a), standardError(b));
  const random = new Xoshiro128([options.seed ?? 1, a.length, b.length]);
  const [left, right] = [new Array<number>(a.length), new Array<number>(b.length)];
  return fromRatios({ center, error }, options, () => {
    draw(a, left, random);
    draw(b, right, random);
    return {
      shift: mean(right) - mean(left) - center,
      error: Math.hypot(standardError(left), standardError(right)),
    };
  });
}

const unbounded: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

interface Resample {
  readonly shift: number;
  readonly error: number;
}

function fromRatios(
  { center, error }: { center: number; error: number },
  { confidence, resamples = resamplesDefault }: BootstrapOptions,
  next: () => Resample,
): Interval {
  if (error === 0) return { low: center, high: center };
  const ratios = Array.from({ length: resamples }, () => {
    const one = next();
    // A resample of one value, many times over, has no spread: it says nothing, and counts as extreme.
    return one.error === 0 ? Math.sign(one.shift) * Number.POSITIVE_INFINITY || 0 : one.shift / one.error;
  }).sort((x, y) => x - y);
  const tail = (1 - confidence) / 2;
  return {
    low: center - quantile(ratios, 1 - tail) * error,
    high: center - quantile(ratios, tail) * error,
  };
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** Of the mean: the spread of the samples over the root of their number. */
export function standardError(samples: readonly number[]): number {
  const center = mean(samples);
  const squares = samples.reduce((sum, sample) => sum + (sample - center) ** 2, 0);
  return Math.sqrt(squares / (samples.length - 1) / samples.length);
}

function draw(from: readonly number[], to: number[], random: Xoshiro128): void {
  for (let i = 0; i < to.length; i++) to[i] = from[Math.floor((random.next() / 2 ** 32) * from.length)]!;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
