// pareto_int: basho_bench's skewed keys, which have no upper bound.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { whole } from '../parameter.js';
import { paretoDraw } from './pareto.js';

export const paretoInt: KeyGeneratorDefinition = {
  name: 'pareto_int',
  about: 'Pareto with shape 1.5 and mean max/5, from 0: 80.75 % below max/5, and 2.74 % beyond max',
  example: ['pareto_int', 100_000],
  forms: [[whole('max', 'the size of the key space; not a bound', 5)]],
  create: (given) => integerKeys(Number.POSITIVE_INFINITY, paretoDraw(given.number('max'))),
};
