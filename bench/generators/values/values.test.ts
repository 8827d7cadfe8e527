import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { GeneratorError } from '../index.js';
import {
  chiSquare,
  chiSquareMax,
  type TestWorld,
  testRandom,
  valuesFrom,
  valuesOf,
} from '../testing/test-context.js';

describe('fixed_bin', () => {
  test('gives slices of exactly the size asked for, the same for the same seed', () => {
    const [one, other, another] = [{}, {}, { seed: [1, 4, 4] as const }].map((world) =>
      valuesFrom(['fixed_bin', 100], world),
    );
    for (let i = 0; i < 1000; i++) {
      const value = one!();
      expect(value).toHaveLength(100);
      expect(other!().equals(value)).toBe(true);
      expect(another!().equals(value)).toBe(false);
    }
  });

  test('has a pool larger than the largest value, never a value of another size', () => {
    const values = valuesOf(['fixed_bin', 3_000_000]);
    const random = testRandom();
    for (let i = 0; i < 20; i++) {
      values.draw(random);
      expect(values.end - values.start).toBe(3_000_000);
      expect(values.end).toBeLessThanOrEqual(values.pool.length);
    }
  });

  test('with a byte repeats it', () => {
    expect(valuesFrom(['fixed_bin', 5, 65])().toString()).toBe('AAAAA');
  });

  test('may be empty', () => {
    expect(valuesFrom(['fixed_bin', 0])()).toHaveLength(0);
  });
});

describe('sizes', () => {
  test('of uniform_bin are min+1 to max, each equally often', () => {
    const counts = sizeCounts(['uniform_bin', 10, 20]);
    expect([...counts.keys()].sort()).toEqual(
      ['11', '12', '13', '14', '15', '16', '17', '18', '19', '20'].map(Number),
    );
    expect(chiSquare([...counts.values()]).value).toBeLessThan(chiSquareMax(10));
  });

  test('of range_bin are min to max, each equally often', () => {
    const counts = sizeCounts(['range_bin', 0, 4]);
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(chiSquare([...counts.values()]).value).toBeLessThan(chiSquareMax(5));
  });

  test('of exponential_bin are min and an exponential number: mean min + mean - 1/2', () => {
    const sizes = drawSizes(['exponential_bin', 100, 400]);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(100);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    // The standard error of the mean of 50,000 draws is 1.8.
    expect(Math.abs(mean - 499.5)).toBeLessThan(6);
    const beyondMean = sizes.filter((size) => size >= 500).length / sizes.length;
    expect(Math.abs(beyondMean - Math.exp(-1))).toBeLessThan(0.008);
  });

  test('of normal_bin lie around the mean and never out of range', () => {
    const sizes = drawSizes(['normal_bin', 1000, 300, 1500]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1500);
    expect(sizes.filter((size) => size > 700 && size < 1300).length / sizes.length).toBeCloseTo(
      0.6827 / 0.9517,
      1,
    );
  });

  test('of semi_compressible are, as often as asked for, those of values that many times as large', () => {
    const sizes = drawSizes(['semi_compressible', 1000, 1, 100, 0.25]);
    const large = sizes.filter((size) => size >= 100_000).length / sizes.length;
    expect(Math.abs(large - 0.25)).toBeLessThan(0.007);
    expect(sizes.filter((size) => size > 1037 && size < 100_000)).toEqual([]);
  });

  test.each([
    [['histogram_bin', 10, 1, 200, 3, 7, 0], {}],
    [['histogram_bin', 'sizes.csv'], { 'sizes.csv': 'size,count\n10, 1\n200;3 # most\n\n7 0\n' }],
  ])('of %j are as frequent as their weights', (spec, files) => {
    const counts = sizeCounts(spec, { files });
    expect([...counts.keys()].sort()).toEqual([10, 200]);
    expectShares([counts.get(10)!, counts.get(200)!], [0.25, 0.75]);
  });

  test('of YCSB’s histograms are counted in blocks', () => {
    const files = { h: 'BlockSize\t10\n0\t1\n2\t1\n' };
    expect([...sizeCounts(['histogram_bin', 'h'], { files }).keys()].sort()).toEqual([10, 30]);
  });

  test.each([
    ['', /no size/],
    ['1 x', /a weight is a number/],
    ['1.5 1', /a size is a whole number/],
    ['5 0', /all weights are zero/],
  ])('are not read from the file %j', (content, message) => {
    expect(() => valuesOf('histogram_bin:h', { files: { h: content } })).toThrow(message);
  });
});

describe('bytes', () => {
  test('of fixed_char are printable, each about equally often', () => {
    const next = valuesFrom(['fixed_char', 1000]);
    const counts = new Array<number>(256).fill(0);
    for (let i = 0; i < 1000; i++) for (const byte of next()) counts[byte]! += 1;
    expect(counts.findIndex((count) => count > 0)).toBe(32);
    expect(counts.findLastIndex((count) => count > 0)).toBe(126);
    // 256 does not divide by 95: 66 characters stand for three bytes and 29 for two.
    expect(Math.max(...counts.slice(32, 127)) / Math.min(...counts.slice(32, 127))).toBeLessThan(1.7);
  });

  test.each([0, 0.25, 0.5, 1])('of compressible come down to the ratio %d', (ratio) => {
    const next = valuesFrom(['compressible', ratio, ['fixed_bin', 20_000]]);
    for (let i = 0; i < 5; i++) {
      expect(Math.abs(deflateSync(next()).length / 20_000 - ratio)).toBeLessThan(0.04);
    }
  });

  test('of semi_compressible come down to a good half', () => {
    const value = valuesFrom(['semi_compressible', 200_000, 1, 1, 0])();
    expect(Math.abs(deflateSync(value).length / value.length - 0.52)).toBeLessThan(0.04);
  });

  test('of blob_file are slices of the file, which is repeated when it is short', () => {
    const content = 'abcdefghij';
    const next = valuesFrom(['blob_file', 'b', ['fixed_bin', 25]], { files: { b: content } });
    for (let i = 0; i < 20; i++) expect(content.repeat(5)).toContain(next().toString());
  });
});

describe('other values', () => {
  test.each([
    [['uniform_int', 42, 1], '42'],
    [['constant', 'x'], 'x'],
    [['keygen', ['to_binstr', 'k~p', ['uniform_int', 1]]], 'k1'],
    [['function', './v.js', 'make', 3], 'vvv'],
  ])('%j gives %s', (spec, expected) => {
    const functions = { make: (_id: number, times: unknown) => () => 'v'.repeat(times as number) };
    expect(valuesFrom(spec, { functions })().toString()).toBe(expected);
  });

  test('lines of a file are shared out to the workers', () => {
    const world = { files: { f: 'a\nb\nc\n' }, workerId: 2, workers: 2 };
    const next = valuesFrom(['file_line_bin', 'f'], world);
    expect([1, 2, 3].map(() => next().toString())).toEqual(['b', 'a', 'c']);
  });

  test('a function that gives no bytes is named', () => {
    const next = valuesFrom('function:f:make', { functions: { make: () => () => 7 } });
    expect(next).toThrow(/the function make of f gave 7/);
  });

  test('keys that end leave the last one', () => {
    const next = valuesFrom(['keygen', ['sequential_int', 2]]);
    expect([1, 2, 3].map(() => next().toString())).toEqual(['0', '1', '1']);
  });

  test('values too large for keys are refused as keys', () => {
    expect(() => valuesOf(['keygen', ['valgen', ['fixed_bin', 100_000]]])).toThrow(GeneratorError);
  });
});

function drawSizes(spec: unknown, world?: TestWorld): number[] {
  const values = valuesOf(spec, world);
  const random = testRandom();
  return Array.from({ length: 50_000 }, () => {
    values.draw(random);
    return values.end - values.start;
  });
}

function sizeCounts(spec: unknown, world?: TestWorld): Map<number, number> {
  const counts = new Map<number, number>();
  for (const size of drawSizes(spec, world)) counts.set(size, (counts.get(size) ?? 0) + 1);
  return counts;
}

function expectShares(counts: number[], shares: number[]): void {
  const { value, cells } = chiSquare(counts, shares);
  expect(value).toBeLessThan(chiSquareMax(cells));
}
