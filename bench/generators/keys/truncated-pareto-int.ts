// truncated_pareto_int: pareto_int with what lies beyond the key space moved to its last key, as in basho_bench.
// That makes the last key the hottest by far; resampled_pareto_int has no such key.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { whole } from '../parameter.js';
import { paretoDraw } from './pareto.js';

export const truncatedParetoInt: KeyGeneratorDefinition = {
  name: 'truncated_pareto_int',
  about: 'pareto_int clamped to max, which therefore gets 2.74 % of all draws',
  example: ['truncated_pareto_int', 100_000],
  forms: [[whole('max', 'the largest key', 5)]],
  create: (given) => {
    const max = given.number('max');
    const draw = paretoDraw(max);
    return integerKeys(max + 1, (random) => Math.min(max, draw(random)));
  },
};
