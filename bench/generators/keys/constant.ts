// constant: the same key every time, which a binary or a string in place of a generator means in basho_bench.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { text } from '../parameter.js';

export const constant: KeyGeneratorDefinition = {
  name: 'constant',
  about: 'the same key every time: a text, or bytes in hexadecimal',
  example: ['constant', 'key'],
  gives: 'bytes',
  forms: [
    [text('text', 'the key')],
    [text('encoding', 'how the text is to be read', ['utf8', 'hex']), text('text', 'the key')],
  ],
  check: (given) =>
    given.text('encoding', 'utf8') === 'utf8' || /^([0-9a-f]{2})*$/i.test(given.text('text'))
      ? undefined
      : `"${given.text('text')}" is not hexadecimal, two digits a byte`,
  create: (given) => {
    const bytes = Buffer.from(given.text('text'), given.text('encoding', 'utf8') as 'utf8' | 'hex');
    return {
      kind: 'bytes',
      keySpace: 1,
      sizeBytesMax: bytes.length,
      write: (_random, buffer, offset) => offset + bytes.copy(buffer, offset),
    };
  },
};
