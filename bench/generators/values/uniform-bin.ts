// uniform_bin: sizes above min and up to max, as in basho_bench, which never gives min; range_bin gives both ends.
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { valueBytesLimit } from '../limits.js';
import { whole } from '../parameter.js';
import { SlicedValues } from '../sliced-values.js';

export const uniformBin: ValueGeneratorDefinition = {
  name: 'uniform_bin',
  about: 'random bytes, every size from min+1 to max equally often',
  example: ['uniform_bin', 100, 1000],
  forms: [
    [whole('min', 'below the least size', 0, valueBytesLimit), whole('max', 'in bytes', 1, valueBytesLimit)],
  ],
  check: (given) => (given.number('min') < given.number('max') ? undefined : 'min must be less than max'),
  create: (given, context) => {
    const [min, max] = [given.number('min'), given.number('max')];
    return new SlicedValues(context.pool(max), max, (random) => min + random.uniform(max - min));
  },
};
