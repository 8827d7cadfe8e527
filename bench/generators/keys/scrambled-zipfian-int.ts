// scrambled_zipfian_int: as popular as zipfian_int's keys, but the popular ones lie all over the key space. As in
// YCSB, ranks among ten thousand million items are hashed into it, with theta 0.99 and the published sum for that
// many, so that a growing key space keeps its popular keys. The scrambling makes some keys share a rank's place.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { whole } from '../parameter.js';
import { fnvHashModulo, moduloMax } from './fnv-hash.js';
import { zipfian } from './zipfian.js';

const ranksCount = 10_000_000_000;
const theta = 0.99;
/** YCSB's constant for that many items and that theta. */
export const zetaOfRanks = 26.46902820178302;

export const scrambledZipfianInt: KeyGeneratorDefinition = {
  name: 'scrambled_zipfian_int',
  aliases: ['scrambled_zipfian'],
  about: 'from 0 to count-1 by Zipf’s law, popular keys scattered by a hash, as in YCSB',
  example: ['scrambled_zipfian_int', 100_000],
  forms: [[whole('count', 'how many keys', 1, moduloMax)]],
  create: (given) => {
    const count = given.number('count');
    const ranks = zipfian(ranksCount, theta, zetaOfRanks);
    return integerKeys(count, (random) => fnvHashModulo(ranks.next(random), count));
  },
};
