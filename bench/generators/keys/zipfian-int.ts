// zipfian_int: few keys get most of the draws; key 0 is the most popular, key 1 the second.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { formsOf, real, whole } from '../parameter.js';
import { zipfian } from './zipfian.js';

export const zipfianInt: KeyGeneratorDefinition = {
  name: 'zipfian_int',
  aliases: ['zipfian'],
  about: 'from 0 to count-1 by Zipf’s law as in YCSB: key k has the share 1 / ((k+1)^theta zeta)',
  example: ['zipfian_int', 100_000, 0.99],
  forms: formsOf(
    [whole('count', 'how many keys', 1)],
    real('theta', 'how skewed, YCSB’s zipfian constant (default 0.99)', 0, 1, true),
  ),
  create: (given) => {
    const count = given.number('count');
    const ranks = zipfian(count, given.number('theta', 0.99));
    return integerKeys(count, (random) => ranks.next(random));
  },
};
