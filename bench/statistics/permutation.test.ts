import { describe, expect, test } from 'vitest';
import { Xoshiro128 } from '../random/index.js';
import { holm, relabelP, signFlipP } from './permutation.js';

describe('the sign-flip test', () => {
  test('counts every way of handing out the signs', () => {
    // Of eight ways two have a sum as large as 6: all plus and all minus.
    expect(signFlipP([1, 2, 3])).toBe(2 / 8);
    expect(signFlipP([1, -2, 3])).toBe(6 / 8);
    expect(signFlipP([0, 0])).toBe(1);
    expect(signFlipP([])).toBe(1);
  });

  test('draws ways where there are too many to count, to the same effect', () => {
    const random = new Xoshiro128([1, 2, 3]);
    const differences = Array.from({ length: 20 }, () => random.next() / 2 ** 32 - 0.4);
    const first = differences.slice(0, 16);
    expect(signFlipP(differences)).toBeGreaterThan(0);
    expect(signFlipP(differences)).toBeLessThan(1);
    expect(signFlipP([...first, 0, 0, 0, 0])).toBeCloseTo(signFlipP(first), 2);
  });

  test('raises no more false alarms than its level', () => {
    const random = new Xoshiro128([4, 5, 6]);
    const trials = 1000;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      // Heavy tails: a ratio of two uniform numbers.
      const pairs = Array.from({ length: 8 }, () => {
        const side = () => (random.next() + 1) / (random.next() + 1);
        return Math.log(side()) - Math.log(side());
      });
      if (signFlipP(pairs) <= 0.05) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(0.05 * trials + 3 * Math.sqrt(0.05 * 0.95 * trials));
    // And it is no test that never speaks.
    expect(alarms).toBeGreaterThan(0.02 * trials);
  });
});

describe('the relabelling test', () => {
  test('counts every way of handing out the labels', () => {
    // Of the six ways to choose two of four, {1,2} and {3,4} are as far apart as what was seen.
    expect(relabelP([1, 2], [3, 4])).toBeCloseTo(2 / 6, 12);
    expect(relabelP([1, 1], [1, 1])).toBe(1);
    expect(relabelP([], [1])).toBe(1);
  });

  test('sees a difference that is there', () => {
    expect(relabelP([1, 1.1, 0.9, 1.05, 0.95], [2, 2.1, 1.9, 2.05, 1.95])).toBeLessThan(0.01);
  });
});

describe('several questions at once', () => {
  test('multiplies the least p-value by their number, and so on', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});
