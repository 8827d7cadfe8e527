// normal_bin: sizes around a mean, drawn again when out of range.
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { standardNormal } from '../keys/normal-int.js';
import { valueBytesLimit } from '../limits.js';
import { real, whole } from '../parameter.js';
import { SlicedValues } from '../sliced-values.js';

export const normalBin: ValueGeneratorDefinition = {
  name: 'normal_bin',
  about: 'random bytes, sizes normal around mean, from 0 to max',
  example: ['normal_bin', 1000, 200, 4000],
  forms: [
    [
      real('mean', 'in bytes', 0, valueBytesLimit),
      real('deviation', 'standard deviation, in bytes', 0, valueBytesLimit, true),
      whole('max', 'the largest size in bytes', 1, valueBytesLimit),
    ],
  ],
  check: (given) => (given.number('mean') <= given.number('max') ? undefined : 'mean must not be above max'),
  create: (given, context) => {
    const [mean, deviation, max] = [given.number('mean'), given.number('deviation'), given.number('max')];
    return new SlicedValues(context.pool(max), max, (random) => {
      for (;;) {
        const size = Math.round(mean + deviation * standardNormal(random));
        if (size >= 0 && size <= max) return size;
      }
    });
  },
};
