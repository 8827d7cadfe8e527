import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/index.js';
import { OwnPuts } from './index.js';

const seed = [1, 4, 3] as const;

/** Pearson's chi-square of how often 0..n-1 were drawn, against equal shares. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('OwnPuts', () => {
  test('holds what a Set would hold, up to its maximum, and picks only that', () => {
    const key = fc.oneof(
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 500 }), fc.integer({ min: 1, max: 300 }), (keys, keysMax) => {
        const own = new OwnPuts(keysMax);
        const oracle = new Set<number>();
        for (const one of keys) {
          own.add(one);
          oracle.add(one);
          expect(own.count).toBe(Math.min(oracle.size, keysMax));
        }
        const random = createRandom('exsss', seed);
        for (let i = 0; i < 20 && own.count > 0; i++) expect(oracle.has(own.pick(random)!)).toBe(true);
      }),
    );
  });

  test('holds every key once, also when keys come and go beyond its maximum', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { minLength: 500, maxLength: 1000 }), (keys) => {
        const own = new OwnPuts(20);
        for (const key of keys) own.add(key * 64);
        const random = createRandom('exsss', seed);
        // Some key held twice would leave fewer than twenty to be picked.
        expect(new Set(Array.from({ length: 1000 }, () => own.pick(random))).size).toBe(20);
      }),
    );
  });

  test('stays an even sample of what was put beyond its maximum', () => {
    const own = new OwnPuts(1000);
    for (let key = 0; key < 10_000; key++) own.add(key);
    const random = createRandom('exsss', seed);
    const held = new Set(Array.from({ length: 20_000 }, () => own.pick(random)!));
    expect(held.size).toBe(1000);
    const tenths = new Array<number>(10).fill(0);
    for (const key of held) tenths[Math.floor(key / 1000)]! += 1;
    // 9 degrees of freedom: above 28 happens once in a thousand; what is drawn is fixed.
    expect(chiSquare(tenths)).toBeLessThan(28);
  });

  test('picks each distinct key equally often, however often it was put', () => {
    const own = new OwnPuts(1000);
    for (let i = 0; i < 1000; i++) own.add(7);
    for (let key = 0; key < 50; key++) own.add(key);
    const random = createRandom('exsss', seed);
    const counts = new Array<number>(50).fill(0);
    for (let i = 0; i < 50_000; i++) counts[own.pick(random)!]! += 1;
    // 49 degrees of freedom: above 86 happens once in a thousand; the seed is fixed.
    expect(chiSquare(counts)).toBeLessThan(86);
  });

  test('has nothing to pick at first, and takes no draw for it', () => {
    const random = createRandom('exsss', seed);
    expect(new OwnPuts(10).pick(random)).toBeUndefined();
    expect(random.uniform(15)).toBe(createRandom('exsss', seed).uniform(15));
  });
});
