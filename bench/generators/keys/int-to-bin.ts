// int_to_bin_bigendian, int_to_bin_littleendian: an integer as bytes, 32 bits unless told otherwise; what does not
// fit is cut off, as in Erlang.

import type { KeyEncoding } from '../generator.js';
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integersOf } from '../integers-of.js';
import { keys, whole } from '../parameter.js';

const bitsDefault = 32;

export const intToBinBigendian = intToBin('bigendian');
export const intToBinLittleendian = intToBin('littleendian');

function intToBin(order: 'bigendian' | 'littleendian'): KeyGeneratorDefinition {
  const of = keys('of', 'integers');
  return {
    name: `int_to_bin_${order}`,
    about: `the integers of another generator as bytes, ${order === 'bigendian' ? 'highest' : 'lowest'} first`,
    example: [`int_to_bin_${order}`, 64, ['uniform_int', 100_000]],
    gives: 'converted',
    forms: [[of], [whole('bits', 'size in bits, a multiple of eight (default 32)', 8, 512), of]],
    check: (given) =>
      given.number('bits', bitsDefault) % 8 === 0 ? undefined : 'bits is a multiple of eight',
    create: (given) => {
      const sizeBytes = given.number('bits', bitsDefault) / 8;
      return integersOf(given.keys('of'), `int_to_bin_${order}`, binaryEncoding(sizeBytes, order));
    },
  };
}

function binaryEncoding(sizeBytes: number, order: 'bigendian' | 'littleendian'): KeyEncoding {
  const step = order === 'bigendian' ? -1 : 1;
  return {
    sizeBytesMax: sizeBytes,
    write(integer, buffer, offset) {
      let rest = integer;
      let at = order === 'bigendian' ? offset + sizeBytes - 1 : offset;
      for (let i = 0; i < sizeBytes; i++) {
        const next = Math.floor(rest / 256);
        buffer[at] = rest - next * 256;
        rest = next;
        at += step;
      }
      return offset + sizeBytes;
    },
  };
}
