// valgen: the values of a value generator as keys.

import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { GeneratorError } from '../generator-spec.js';
import { keyBytesLimit } from '../limits.js';
import { values } from '../parameter.js';

export const valgen: KeyGeneratorDefinition = {
  name: 'valgen',
  about: 'the values of a value generator as keys',
  example: ['valgen', ['fixed_bin', 16]],
  gives: 'bytes',
  forms: [[values('of', 'a value generator')]],
  create: (given) => {
    const source = given.values('of');
    if (source.sizeBytesMax > keyBytesLimit) {
      throw new GeneratorError(
        `valgen: values of up to ${source.sizeBytesMax} bytes; a key has at most ${keyBytesLimit}`,
      );
    }
    return {
      kind: 'bytes',
      keySpace: Number.POSITIVE_INFINITY,
      sizeBytesMax: source.sizeBytesMax,
      write(random, buffer, offset) {
        source.draw(random);
        return offset + source.pool.copy(buffer, offset, source.start, source.end);
      },
    };
  },
};
