// The world that tests give to generators.
import { createRandom, type Random } from '../../random/index.js';
import type { GeneratorContext, KeyGenerator, ValueGenerator } from '../index.js';
import { createKeyGenerator, createValueGenerator, RandomPools } from '../index.js';

export const seed = [1, 4, 3] as const;

export interface TestWorld extends Partial<GeneratorContext> {
  files?: Readonly<Record<string, string | Buffer>>;
  functions?: Readonly<Record<string, (workerId: number, ...parameters: unknown[]) => unknown>>;
}

export function testContext(world: TestWorld = {}): GeneratorContext {
  const { files = {}, functions = {}, ...rest } = world;
  const pools = new RandomPools(rest.seed ?? seed);
  const contents = new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
  return {
    seed,
    workerId: 1,
    workers: 1,
    pool: (bytes) => pools.pool(bytes),
    file: (path) => contents.get(path)!,
    function: (_path, name) => functions[name] as ReturnType<GeneratorContext['function']>,
    inserted: { count: 0 },
    progress: undefined,
    ...rest,
  };
}

export function testRandom(): Random {
  return createRandom('exsss', seed);
}

export function keysOf(input: unknown, world?: TestWorld): KeyGenerator {
  return createKeyGenerator(input, testContext(world));
}

/** A function that draws integers. */
export function integersFrom(input: unknown, world?: TestWorld): () => number {
  const keys = keysOf(input, world);
  if (keys.kind !== 'integer') throw new Error('these keys are bytes');
  const random = testRandom();
  return () => keys.next(random);
}

/** A function that draws keys as the wire has them; undefined when they are used up. */
export function keyBytesFrom(input: unknown, world?: TestWorld): () => Buffer | undefined {
  const keys = keysOf(['concat_binary', ['constant', ''], input], world);
  if (keys.kind !== 'bytes') throw new Error('concatenated keys are bytes');
  const random = testRandom();
  const buffer = Buffer.alloc(keys.sizeBytesMax);
  return () => {
    const end = keys.write(random, buffer, 0);
    return end < 0 ? undefined : Buffer.from(buffer.subarray(0, end));
  };
}

export function valuesOf(input: unknown, world?: TestWorld): ValueGenerator {
  return createValueGenerator(input, testContext(world));
}

/** A function that draws values; the bytes may be shared. */
export function valuesFrom(input: unknown, world?: TestWorld): () => Buffer {
  const values = valuesOf(input, world);
  const random = testRandom();
  return () => {
    values.draw(random);
    return values.pool.subarray(values.start, values.end);
  };
}

/** Pearson's chi-square of counts against expected shares; cells that expect fewer than 5 are put together. */
export function chiSquare(
  counts: readonly number[],
  shares?: readonly number[],
): { value: number; cells: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let [value, cells, restCount, restExpected] = [0, 0, 0, 0];
  counts.forEach((count, index) => {
    const expected = shares === undefined ? total / counts.length : total * shares[index]!;
    if (expected < 5) {
      restCount += count;
      restExpected += expected;
      return;
    }
    value += (count - expected) ** 2 / expected;
    cells++;
  });
  if (restExpected > 0) {
    value += (restCount - restExpected) ** 2 / restExpected;
    cells++;
  }
  return { value, cells };
}

/**
 * What chi-square stays below 999 times in 1000 when the counts have the shares that are claimed (Wilson and
 * Hilferty's approximation).
 */
export function chiSquareMax(cells: number): number {
  const freedom = cells - 1;
  return freedom * (1 - 2 / (9 * freedom) + 3.09 * Math.sqrt(2 / (9 * freedom))) ** 3;
}
