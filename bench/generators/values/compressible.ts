// compressible: the sizes of another generator, of bytes that a compressor brings down to a given ratio.
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { real, values } from '../parameter.js';
import { compressiblePool } from '../pools.js';

export const compressible: ValueGeneratorDefinition = {
  name: 'compressible',
  about: 'the sizes of another generator, bytes that compress to about ratio of their size',
  example: ['compressible', 0.5, ['fixed_bin', 1000]],
  forms: [[real('ratio', 'compressed size / size, 0 to 1', 0, 1), values('of', 'whose sizes')]],
  create: (given, context) => {
    const ratio = given.number('ratio');
    return given.values('of', { pool: (bytes) => compressiblePool(context.pool(bytes), ratio) });
  },
};
