// fixed_char: printable characters, space to tilde. basho_bench builds each value character by character; here
// they are slices of a pool.
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { valueBytesLimit } from '../limits.js';
import { whole } from '../parameter.js';
import { printablePool } from '../pools.js';
import { SlicedValues } from '../sliced-values.js';

export const fixedChar: ValueGeneratorDefinition = {
  name: 'fixed_char',
  about: 'size printable characters (32 to 126)',
  example: ['fixed_char', 100],
  forms: [[whole('size', 'in characters', 0, valueBytesLimit)]],
  create: (given, context) => {
    const size = given.number('size');
    return new SlicedValues(printablePool(context.pool(size)), size, () => size);
  },
};
