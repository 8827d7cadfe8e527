// base64: the bytes of another generator in base64, with padding.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { keys } from '../parameter.js';
import { type KeyTransform, transformKeys } from '../transform-keys.js';

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const padding = 0x3d;

export const base64: KeyGeneratorDefinition = {
  name: 'base64',
  about: 'the bytes of another generator in base64',
  example: ['base64', ['int_to_bin_bigendian', ['uniform_int', 100_000]]],
  gives: 'converted',
  forms: [[keys('of', 'the bytes')]],
  create: (given) => transformKeys(given.keys('of'), toBase64),
};

const toBase64: KeyTransform = {
  sizeBytesMax: (bytes) => 4 * Math.ceil(bytes / 3),
  write(input, buffer, offset) {
    let at = offset;
    for (let i = 0; i < input.length; i += 3) {
      const have = input.length - i;
      const bits = (input[i]! << 16) | (have > 1 ? input[i + 1]! << 8 : 0) | (have > 2 ? input[i + 2]! : 0);
      buffer[at++] = alphabet[bits >>> 18]!;
      buffer[at++] = alphabet[(bits >>> 12) & 63]!;
      buffer[at++] = have > 1 ? alphabet[(bits >>> 6) & 63]! : padding;
      buffer[at++] = have > 2 ? alphabet[bits & 63]! : padding;
    }
    return at;
  },
};
