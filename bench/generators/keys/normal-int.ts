// normal_int: keys around the middle, by the polar form of Box and Muller (Marsaglia), drawn again when out of
// range.
import type { Random } from '../../random/index.js';
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { formsOf, real, whole } from '../parameter.js';

export const normalInt: KeyGeneratorDefinition = {
  name: 'normal_int',
  aliases: ['normal'],
  about: 'from 0 to count-1, normal around the mean',
  example: ['normal_int', 100_000, 0.5, 0.125],
  forms: formsOf(
    [whole('count', 'how many keys', 1)],
    real('mean', 'as a part of count (default 0.5)', 0, 1),
    real('deviation', 'standard deviation as a part of count (default 0.125)', 0, 10, true),
  ),
  create: (given) => {
    const count = given.number('count');
    const mean = count * given.number('mean', 0.5);
    const deviation = count * given.number('deviation', 0.125);
    return integerKeys(count, (random) => {
      for (;;) {
        const key = Math.floor(mean + deviation * standardNormal(random));
        if (key >= 0 && key < count) return key;
      }
    });
  },
};

/** A draw with mean 0 and standard deviation 1; takes two draws or more. */
export function standardNormal(random: Random): number {
  for (;;) {
    const x = 2 * random.float() - 1;
    const y = 2 * random.float() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}
