// exponential_bin: sizes from min on, min + mean on average (less half a byte, for sizes are whole).
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { valueBytesLimit } from '../limits.js';
import { whole } from '../parameter.js';
import { SlicedValues } from '../sliced-values.js';
import { exponentialSize, exponentialSizeMax } from './exponential-size.js';

export const exponentialBin: ValueGeneratorDefinition = {
  name: 'exponential_bin',
  about: 'random bytes, min and an exponential number with that mean on top',
  example: ['exponential_bin', 100, 1000],
  forms: [[whole('min', 'the least size in bytes'), whole('mean', 'what is added on average, in bytes', 1)]],
  check: (given) => {
    const largest = exponentialSizeMax(given.number('min'), given.number('mean'));
    return largest <= valueBytesLimit
      ? undefined
      : `the largest value would have ${largest} bytes; at most ${valueBytesLimit}`;
  },
  create: (given, context) => {
    const [min, mean] = [given.number('min'), given.number('mean')];
    const largest = exponentialSizeMax(min, mean);
    return new SlicedValues(context.pool(largest), largest, exponentialSize(min, mean));
  },
};
