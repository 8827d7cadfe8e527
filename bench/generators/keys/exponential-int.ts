// exponential_int: keys whose frequency falls off exponentially, as in YCSB, which draws until a key is in range.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { formsOf, real, whole } from '../parameter.js';

export const exponentialInt: KeyGeneratorDefinition = {
  name: 'exponential_int',
  aliases: ['exponential'],
  about: 'from 0 to count-1, exponential: percentile % of the draws in the first fraction of the keys',
  example: ['exponential_int', 100_000, 95, 0.8571428571],
  forms: formsOf(
    [whole('count', 'how many keys', 1)],
    real('percentile', 'how much of the draws, in percent (default 95)', 0, 100, true),
    real('fraction', 'in which part of the keys (default 0.8571428571)', 0, 1000, true),
  ),
  create: (given) => {
    const count = given.number('count');
    const range = count * given.number('fraction', 0.8571428571);
    const rate = -Math.log(1 - given.number('percentile', 95) / 100) / range;
    return integerKeys(count, (random) => {
      for (;;) {
        const key = Math.floor(-Math.log(1 - random.float()) / rate);
        if (key < count) return key;
      }
    });
  },
};
