// range_bin: sizes from min to max, both included.
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { valueBytesLimit } from '../limits.js';
import { whole } from '../parameter.js';
import { SlicedValues } from '../sliced-values.js';

export const rangeBin: ValueGeneratorDefinition = {
  name: 'range_bin',
  about: 'random bytes, every size from min to max equally often',
  example: ['range_bin', 100, 1000],
  forms: [[whole('min', 'in bytes', 0, valueBytesLimit), whole('max', 'in bytes', 0, valueBytesLimit)]],
  check: (given) => (given.number('min') <= given.number('max') ? undefined : 'min must not be above max'),
  create: (given, context) => {
    const [min, max] = [given.number('min'), given.number('max')];
    return new SlicedValues(context.pool(max), max, (random) => min + random.uniform(max - min + 1) - 1);
  },
};
