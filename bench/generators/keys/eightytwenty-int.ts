// eightytwenty_int: four draws in five go to the first fifth of the keys, as in basho_bench's later versions.
// Fifths are whole, so up to four keys at the end are never drawn.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { whole } from '../parameter.js';

const hotShare = 0.8;

export const eightytwentyInt: KeyGeneratorDefinition = {
  name: 'eightytwenty_int',
  aliases: ['eighty_twenty', 'eighty_twenty_int'],
  about: '80 % of the draws evenly from 1 to max/5, the others evenly from the rest',
  example: ['eightytwenty_int', 100_000],
  forms: [[whole('max', 'the largest key', 5)]],
  create: (given) => {
    const fifth = Math.floor(given.number('max') / 5);
    return integerKeys(5 * fifth, (random) =>
      random.float() < hotShare ? random.uniform(fifth) : fifth + random.uniform(4 * fifth),
    );
  },
};
