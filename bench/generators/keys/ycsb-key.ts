// ycsb_key: the names that YCSB gives its records, "user" and the hash of their number, so that a store that
// YCSB has loaded can be read, and the other way round.

import type { KeyEncoding } from '../generator.js';
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integersOf } from '../integers-of.js';
import { keys } from '../parameter.js';
import { writeDecimal } from '../write-decimal.js';
import { fnvHalves, fnvHash } from './fnv-hash.js';

const prefix = Buffer.from('user');
const half = 1_000_000_000;

export const ycsbKey: KeyGeneratorDefinition = {
  name: 'ycsb_key',
  about: 'YCSB’s names of records: "user" and the 63-bit FNV hash of the number',
  example: ['ycsb_key', ['scrambled_zipfian_int', 100_000]],
  gives: 'converted',
  forms: [[keys('of', 'numbers of records, from 0')]],
  create: (given) => integersOf(given.keys('of'), 'ycsb_key', encoding),
};

const encoding: KeyEncoding = {
  sizeBytesMax: prefix.length + 19,
  write(integer, buffer, offset) {
    const start = offset + prefix.copy(buffer, offset);
    fnvHash(integer);
    // Divided by 10^9 in two steps of 16 bits, so that every product is exact.
    const { high, low } = fnvHalves;
    const first = high % half;
    const second = first * 0x1_0000 + (low >>> 16);
    const third = (second % half) * 0x1_0000 + (low & 0xffff);
    const lower = third % half;
    const upper =
      Math.floor(high / half) * 0x1_0000_0000 +
      Math.floor(second / half) * 0x1_0000 +
      Math.floor(third / half);
    if (upper === 0) return writeDecimal(buffer, start, lower);
    let at = writeDecimal(buffer, start, upper);
    for (let power = half / 10; power >= 1; power /= 10) {
      buffer[at++] = 48 + (Math.floor(lower / power) % 10);
    }
    return at;
  },
};
