// latest_int: what was inserted last is read most, as in YCSB. The keys are those loaded, 0 to count-1, and those
// that the worker itself has inserted since with insert_sequence; the newest has rank 0 of Zipf's law. YCSB counts
// the inserts of all threads, which makes what a thread reads depend on the others' speed; here it does not.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { formsOf, real, whole } from '../parameter.js';
import { zeta, zipfian } from './zipfian.js';

/** The law is made anew when the number of keys has grown by this part. */
const growth = 1 / 1000;

export const latestInt: KeyGeneratorDefinition = {
  name: 'latest_int',
  aliases: ['latest'],
  about: 'the keys loaded, 0 to count-1, and the worker’s own inserts, the newest most by Zipf’s law',
  example: ['latest_int', 100_000],
  forms: formsOf(
    [whole('count', 'how many keys were loaded', 1, 2 ** 48)],
    real('theta', 'how skewed (default 0.99)', 0, 1, true),
  ),
  create: (given, { workerId, workers, inserted }) => {
    const loaded = given.number('count');
    const theta = given.number('theta', 0.99);
    let lawFor = loaded;
    let ranks = zipfian(lawFor, theta, zeta(lawFor, theta));
    return integerKeys(Number.POSITIVE_INFINITY, (random) => {
      const own = inserted.count;
      if (loaded + own > lawFor * (1 + growth)) {
        lawFor = loaded + own;
        ranks = zipfian(lawFor, theta, zeta(lawFor, theta));
      }
      const rank = ranks.next(random);
      return rank < own ? loaded + workerId - 1 + workers * (own - 1 - rank) : loaded - 1 - (rank - own);
    });
  },
};
