// How often keys are drawn, held against the published curves. Seeds are fixed; bounds are those that a right
// generator passes 999 times in 1000.
import { describe, expect, test } from 'vitest';
import { chiSquare, chiSquareMax, integersFrom } from '../testing/test-context.js';
import { zetaOfRanks } from './scrambled-zipfian-int.js';
import { zeta } from './zipfian.js';

const draws = 200_000;

/** How often each of 0..count-1 was drawn. */
function frequencies(spec: unknown, count: number): number[] {
  const next = integersFrom(spec);
  const counts = new Array<number>(count).fill(0);
  for (let i = 0; i < draws; i++) {
    const key = next();
    if (!(key >= 0 && key < count)) throw new Error(`${key} is no key of ${JSON.stringify(spec)}`);
    counts[key]! += 1;
  }
  return counts;
}

function shareBelow(spec: unknown, bound: number): number {
  const next = integersFrom(spec);
  let below = 0;
  for (let i = 0; i < draws; i++) if (next() < bound) below++;
  return below / draws;
}

function expectShares(counts: readonly number[], shares: readonly number[]): void {
  const { value, cells } = chiSquare(counts, shares);
  expect(value).toBeLessThan(chiSquareMax(cells));
}

describe('pareto_int', () => {
  test('draws 80.75 % from the first fifth, and 2.74 % beyond the key space', () => {
    expect(shareBelow(['pareto_int', 100_000], 20_000)).toBeCloseTo(0.8075, 2);
    const beyond = 1 - shareBelow(['pareto_int', 100_000], 100_000);
    expect(Math.abs(beyond - 0.0274)).toBeLessThan(0.0012);
  });

  test('has its median at 5.9 % of the key space', () => {
    expect(Math.abs(shareBelow(['pareto_int', 100_000], 5874) - 0.5)).toBeLessThan(0.004);
  });

  test('truncated gives the last key what lies beyond', () => {
    const counts = frequencies(['truncated_pareto_int', 1000], 1001);
    expect(Math.abs(counts[1000]! / draws - 0.0274)).toBeLessThan(0.0012);
  });

  test('resampled gives no key more than the one before it', () => {
    const counts = frequencies(['resampled_pareto_int', 1000], 1001);
    const tail = counts.slice(901);
    expect(Math.max(...tail)).toBeLessThan(60);
    expect(counts[0]).toBe(Math.max(...counts));
  });
});

describe('zipfian_int', () => {
  test.each([
    [100, 0.99],
    [1000, 0.5],
  ])('draws key k of %d as the method of Gray et al. does, for theta %d', (count, theta) => {
    expectShares(frequencies(['zipfian_int', count, theta], count), grayShares(count, theta));
  });

  test('draws the two hottest keys exactly by the law, and the first ten to thousand together within 6 %', () => {
    const count = 10_000;
    const counts = frequencies(['zipfian_int', count, 0.99], count);
    const law = Array.from({ length: count }, (_, k) => (k + 1) ** -0.99 / zeta(count, 0.99));
    for (const k of [0, 1]) {
      const expected = draws * law[k]!;
      expect(Math.abs(counts[k]! - expected)).toBeLessThan(3.3 * Math.sqrt(expected));
    }
    for (const upTo of [10, 100, 1000]) {
      const drawn = sum(counts.slice(0, upTo)) / draws;
      expect(Math.abs(drawn / sum(law.slice(0, upTo)) - 1)).toBeLessThan(0.06);
    }
  });

  test('sums Zipf’s law as if term by term', () => {
    for (const [count, theta] of [
      [1, 0.99],
      [999, 0.99],
      [100_000, 0.99],
      [50_000, 0.3],
    ] as const) {
      let exact = 0;
      for (let k = 1; k <= count; k++) exact += k ** -theta;
      expect(zeta(count, theta)).toBeCloseTo(exact, 9);
    }
  });

  test('sums ten thousand million terms to YCSB’s published constant', () => {
    expect(Math.abs(zeta(10_000_000_000, 0.99) / zetaOfRanks - 1)).toBeLessThan(1e-9);
  });
});

describe('scrambled_zipfian_int', () => {
  test('scatters the hottest keys: the first is where the hash of rank 0 lies', () => {
    const counts = frequencies(['scrambled_zipfian_int', 1000], 1000);
    const hottest = counts.indexOf(Math.max(...counts));
    // 6284781860667377211, YCSB's hash of 0, modulo 1000.
    expect(hottest).toBe(211);
    // Its own share and, of all other ranks, a thousandth on average.
    const own = 1 / zetaOfRanks;
    expect(counts[hottest]! / draws).toBeCloseTo(own + (1 - own) / 1000, 2);
  });
});

describe('hotspot_int', () => {
  test('draws evenly inside the hot set and outside of it', () => {
    const shares = Array.from({ length: 50 }, (_, key) => (key < 10 ? 0.8 / 10 : 0.2 / 40));
    expectShares(frequencies(['hotspot_int', 50], 50), shares);
    const other = Array.from({ length: 50 }, (_, key) => (key < 5 ? 0.5 / 5 : 0.5 / 45));
    expectShares(frequencies(['hotspot_int', 50, 0.1, 0.5], 50), other);
  });
});

describe('eightytwenty_int', () => {
  test('draws 80 % from the first fifth, 1 to max, and not what is left over', () => {
    const shares = Array.from({ length: 54 }, (_, key) =>
      key === 0 || key > 50 ? 0 : key <= 10 ? 0.8 / 10 : 0.2 / 40,
    );
    const counts = frequencies(['eightytwenty_int', 53], 54);
    expect([counts[0], counts[51], counts[52], counts[53]]).toEqual([0, 0, 0, 0]);
    expectShares(counts.slice(1, 51), shares.slice(1, 51));
  });
});

describe('exponential_int', () => {
  test('falls off as YCSB’s does: 95 % of the untruncated draws in 85.7 % of the keys', () => {
    const rate = -Math.log(0.05) / (100 * 0.8571428571);
    const whole = 1 - Math.exp(-rate * 100);
    const shares = Array.from(
      { length: 100 },
      (_, key) => (Math.exp(-rate * key) - Math.exp(-rate * (key + 1))) / whole,
    );
    expectShares(frequencies(['exponential_int', 100], 100), shares);
  });
});

describe('normal_int', () => {
  test('has 68.27, 95.45 and 99.73 % within one, two and three deviations', () => {
    const counts = frequencies(['normal_int', 8000], 8000);
    [0.6827, 0.9545, 0.9973].forEach((share, index) => {
      const reach = 1000 * (index + 1);
      const within = sum(counts.slice(4000 - reach, 4000 + reach)) / draws;
      expect(Math.abs(within - share)).toBeLessThan(0.0035);
    });
  });
});

/** The share of each rank under Gray's method: the stretch of draws from 0 to 1 that it maps there. */
function grayShares(count: number, theta: number): number[] {
  const sumOfAll = zeta(count, theta);
  const second = 1 + 0.5 ** theta;
  const eta = (1 - (2 / count) ** (1 - theta)) / (1 - second / sumOfAll);
  const reach = (rank: number) => ((rank / count) ** (1 - theta) + eta - 1) / eta;
  const fromLaw = second / sumOfAll;
  return Array.from({ length: count }, (_, rank) => {
    const above = Math.max(0, Math.min(1, reach(rank + 1)) - Math.max(fromLaw, reach(rank)));
    if (rank === 0) return 1 / sumOfAll + Math.max(0, above);
    return rank === 1 ? 0.5 ** theta / sumOfAll + above : above;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
