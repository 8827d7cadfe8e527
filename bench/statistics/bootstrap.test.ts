import { describe, expect, test } from 'vitest';
import { Xoshiro128 } from '../random/index.js';
import { differenceInterval, mean, meanInterval, standardError } from './bootstrap.js';

/** Normal, by Box and Muller. */
function normal(random: Xoshiro128): number {
  const u = (random.next() + 1) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos((2 * Math.PI * random.next()) / 2 ** 32);
}

const laws: readonly [string, (random: Xoshiro128) => number][] = [
  ['normal', normal],
  ['lognormal', (random) => Math.exp(0.5 * normal(random)) - Math.exp(0.125)],
  ['now and then an outlier', (random) => normal(random) * (random.next() % 20 === 0 ? 10 : 1)],
];

describe('the studentized bootstrap', () => {
  test.each(laws)('holds the true mean about as often as it says (%s)', (_, law) => {
    const random = new Xoshiro128([7, 7, 7]);
    const trials = 600;
    let missed = 0;
    for (let trial = 0; trial < trials; trial++) {
      const samples = Array.from({ length: 10 }, () => law(random));
      const { low, high } = meanInterval(samples, { confidence: 0.95, resamples: 500, seed: trial });
      if (low > 0 || high < 0) missed++;
    }
    // 5 % of the trials, and three standard deviations of that count.
    expect(missed).toBeLessThanOrEqual(0.05 * trials + 3 * Math.sqrt(0.05 * 0.95 * trials));
  });

  test('holds the true difference of two groups about as often as it says', () => {
    const random = new Xoshiro128([8, 8, 8]);
    const trials = 600;
    let missed = 0;
    for (let trial = 0; trial < trials; trial++) {
      const a = Array.from({ length: 8 }, () => normal(random));
      const b = Array.from({ length: 8 }, () => 2 + 3 * normal(random));
      const { low, high } = differenceInterval(a, b, { confidence: 0.95, resamples: 500, seed: trial });
      if (low > 2 || high < 2) missed++;
    }
    expect(missed).toBeLessThanOrEqual(0.05 * trials + 3 * Math.sqrt(0.05 * 0.95 * trials));
  });

  test('is narrow where the samples agree, and wide where they do not', () => {
    const narrow = meanInterval([1, 1.01, 0.99, 1, 1.02, 0.98], { confidence: 0.95 });
    const wide = meanInterval([1, 2, 0.1, 1.4, 0.3, 1.2], { confidence: 0.95 });
    expect(narrow.low).toBeGreaterThan(0.97);
    expect(narrow.high).toBeLessThan(1.03);
    expect(wide.high - wide.low).toBeGreaterThan(0.8);
  });

  test('says nothing from one sample', () => {
    expect(meanInterval([3], { confidence: 0.95 })).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
    expect(differenceInterval([3], [1, 2], { confidence: 0.95 }).high).toBe(Number.POSITIVE_INFINITY);
  });

  test('gives the same interval for the same samples', () => {
    const samples = [3, 1, 4, 1, 5, 9, 2, 6];
    expect(meanInterval(samples, { confidence: 0.9 })).toEqual(meanInterval(samples, { confidence: 0.9 }));
  });

  test('knows the mean and its standard error', () => {
    expect(mean([1, 2, 3, 4])).toBe(2.5);
    expect(standardError([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  });
});
