import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/index.js';
import { GeneratorError, OperationMix } from './index.js';

const seed = [1, 4, 3] as const;

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
