// fixed_bin: values of one size. [fixed_bin, Size] takes a slice of a pool of random bytes, at a place that is
// drawn for each value; [fixed_bin, Size, Byte] repeats one byte.
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { valueBytesLimit } from '../limits.js';
import { formsOf, whole } from '../parameter.js';
import { SlicedValues } from '../sliced-values.js';

export const fixedBin: ValueGeneratorDefinition = {
  name: 'fixed_bin',
  about: 'size random bytes; with a byte, that byte size times',
  example: ['fixed_bin', 100],
  forms: formsOf(
    [whole('size', 'in bytes', 0, valueBytesLimit)],
    whole('byte', 'repeated in place of random bytes', 0, 255),
  ),
  create: (given, context) => {
    const size = given.number('size');
    const byte = given.number('byte', -1);
    // A byte's place is drawn all the same, so that the other values of the run do not depend on this setting.
    const pool = byte < 0 ? context.pool(size) : Buffer.alloc(size + 1, byte);
    return new SlicedValues(pool, size, () => size);
  },
};
