import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/index.js';
import {
  checkValueGenerator,
  createKeyGenerator,
  createValueGenerator,
  GeneratorError,
  OperationMix,
  OwnPuts,
  writeDecimal,
} from './index.js';

const seed = [1, 4, 3] as const;

/** Pearson's chi-square of how often 0..n-1 were drawn, against equal shares. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('uniform_int', () => {
  test('draws 1 to N, both ends included, evenly', () => {
    const random = createRandom('exsss', seed);
    const keys = createKeyGenerator(['uniform_int', 100]);
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 100_000; i++) counts[keys.next(random) - 1]! += 1;
    expect(counts.every((count) => count > 0)).toBe(true);
    // 99 degrees of freedom: above 149 happens once in a thousand; the seed is fixed.
    expect(chiSquare(counts)).toBeLessThan(149);
  });

  test('with a start draws that many integers from there', () => {
    const random = createRandom('exsss', seed);
    const keys = createKeyGenerator(['uniform_int', 0, 3]);
    const seen = new Set(Array.from({ length: 100 }, () => keys.next(random)));
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });

  test('says how many keys there can be', () => {
    expect(createKeyGenerator(['uniform_int', 7, 100])).toMatchObject({ kind: 'integer', keySpace: 100 });
  });
});

describe('fixed_bin', () => {
  test('gives slices of the pool of exactly the size asked for, the same for the same seed', () => {
    const one = createValueGenerator(['fixed_bin', 100], seed);
    const other = createValueGenerator(['fixed_bin', 100], seed);
    expect(one.pool.equals(other.pool)).toBe(true);
    expect(one.pool.equals(createValueGenerator(['fixed_bin', 100], [1, 4, 4]).pool)).toBe(false);
    const random = createRandom('exsss', seed);
    for (let i = 0; i < 1000; i++) {
      const start = one.next(random);
      expect(one.pool.subarray(start, start + one.sizeBytes)).toHaveLength(100);
    }
  });

  test('has a pool larger than the largest value, never a value of another size', () => {
    const values = createValueGenerator(['fixed_bin', 3_000_000], seed);
    const random = createRandom('exsss', seed);
    for (let i = 0; i < 20; i++)
      expect(values.next(random) + 3_000_000).toBeLessThanOrEqual(values.pool.length);
  });

  test('with a byte repeats it', () => {
    const values = createValueGenerator(['fixed_bin', 5, 65], seed);
    const start = values.next(createRandom('exsss', seed));
    expect(values.pool.toString('latin1', start, start + 5)).toBe('AAAAA');
  });

  test('may be empty', () => {
    expect(createValueGenerator(['fixed_bin', 0], seed).sizeBytes).toBe(0);
  });
});

describe('a wrong specification', () => {
  test.each([
    [['uniform_int'], /uniform_int takes a whole number/],
    [['uniform_int', 0], /at least 1/],
    [['uniform_int', 'many'], /"uniform_int:many" is not right/],
    [['uniform_int', 2 ** 53 - 1, 2], /ends above 2\^53/],
    [['pareto', 5], /no key generator "pareto"; known: uniform_int/],
  ] as const)('of keys, %j, is refused with what is right', (spec, message) => {
    expect(() => createKeyGenerator(spec)).toThrow(GeneratorError);
    expect(() => createKeyGenerator(spec)).toThrow(message);
  });

  test.each([
    [['fixed_bin', -1], /at least 0/],
    [['fixed_bin', 10, 256], /a byte is 0 to 255/],
    [['fixed_bin', 2 ** 40], /larger than/],
    [['toString', 1], /no value generator "toString"/],
  ] as const)('of values, %j, is refused with what is right', (spec, message) => {
    expect(() => checkValueGenerator(spec)).toThrow(message);
  });

  test.each([
    [['pareto', 5], '0'],
    [['uniform_int', 5, 'many'], '2'],
    [['uniform_int'], ''],
  ] as const)('names the place in %j that is wrong: %j', (spec, path) => {
    expect(() => createKeyGenerator(spec)).toThrow(expect.objectContaining({ path }));
  });
});

describe('OperationMix', () => {
  test('chooses as the tutorial’s tool does: a uniform place in the expanded list', () => {
    const mix = new OperationMix([3, 10, 2]);
    const expanded = [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2];
    const random = createRandom('exsss', seed);
    const places = createRandom('exsss', seed);
    for (let i = 0; i < 1000; i++) expect(mix.next(random)).toBe(expanded[places.uniform(15) - 1]);
  });

  test('chooses so without a list, too, when the weights are very large', () => {
    const mix = new OperationMix([2 ** 40, 0, 3 * 2 ** 40]);
    const random = createRandom('exsss', seed);
    const places = createRandom('exsss', seed);
    for (let i = 0; i < 1000; i++) expect(mix.next(random)).toBe(places.uniform(2 ** 42) <= 2 ** 40 ? 0 : 2);
  });

  test.each([[[0.5, 1.5, 0]], [[1_000_000, 3_000_000, 0]]])(
    'keeps the shares of %j and never chooses a weight of zero',
    (weights) => {
      const mix = new OperationMix(weights);
      const random = createRandom('exsss', seed);
      const counts = [0, 0, 0];
      for (let i = 0; i < 40_000; i++) counts[mix.next(random)]! += 1;
      expect(counts[0]! / 40_000).toBeCloseTo(0.25, 1);
      expect(counts[2]).toBe(0);
    },
  );

  test.each([[[0, 0]], [[-1, 2]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]], [[1e308, 1e308]]])(
    'refuses the weights %j',
    (weights) => {
      expect(() => new OperationMix(weights)).toThrow(GeneratorError);
    },
  );
});

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

describe('writeDecimal', () => {
  test('writes what String would', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })), (value) => {
        const buffer = Buffer.alloc(24, 'x');
        const end = writeDecimal(buffer, 3, value);
        expect(buffer.toString('latin1', 3, end)).toBe(String(value));
        expect(buffer.toString('latin1', 0, 3)).toBe('xxx');
        expect(buffer[end]).toBe(0x78);
      }),
    );
  });
});
