// hotspot_int: a hot set of keys that gets a share of the draws of its own, as in YCSB.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { formsOf, real, whole } from '../parameter.js';

export const hotspotInt: KeyGeneratorDefinition = {
  name: 'hotspot_int',
  aliases: ['hotspot'],
  about:
    'from 0: hotShare of the draws evenly from the first hotFraction of the keys, the others from the rest',
  example: ['hotspot_int', 100_000, 0.2, 0.8],
  forms: formsOf(
    [whole('count', 'how many keys', 2)],
    real('hotFraction', 'which part of the keys is hot (default 0.2)', 0, 1, true),
    real('hotShare', 'which part of the draws they get (default 0.8)', 0, 1),
  ),
  create: (given) => {
    const count = given.number('count');
    const hot = Math.min(count - 1, Math.max(1, Math.floor(count * given.number('hotFraction', 0.2))));
    const hotShare = given.number('hotShare', 0.8);
    return integerKeys(count, (random) =>
      random.float() < hotShare ? random.uniform(hot) - 1 : hot + random.uniform(count - hot) - 1,
    );
  },
};
