// concat_binary: the bytes of two or more generators, one after the other.

import { bytesOf } from '../bytes-of.js';
import { exhausted, type KeyGenerator } from '../generator.js';
import type { KeyGeneratorDefinition } from '../generator-definition.js';

export const concatBinary: KeyGeneratorDefinition = {
  name: 'concat_binary',
  aliases: ['concat_string'],
  about: 'the bytes of two or more generators, one after the other',
  example: ['concat_binary', ['constant', 'user'], ['int_to_str', ['uniform_int', 100_000]]],
  gives: 'bytes',
  forms: [[{ kind: 'several-keys', name: 'of', about: 'two or more generators' }]],
  create: (given): KeyGenerator => {
    const parts = given.severalKeys('of').map(bytesOf);
    return {
      kind: 'bytes',
      keySpace: parts.reduce((product, { keySpace }) => product * keySpace, 1),
      sizeBytesMax: parts.reduce((sum, { sizeBytesMax }) => sum + sizeBytesMax, 0),
      write(random, buffer, offset) {
        let end = offset;
        for (const part of parts) {
          end = part.write(random, buffer, end);
          if (end === exhausted) return exhausted;
        }
        return end;
      },
    };
  },
};
