// Keys made of other keys' bytes. A transformation of integer keys is an encoding: the key is still that integer,
// and can be remembered and drawn as one.
import type { KeyEncoding, KeyGenerator } from './generator.js';
import { exhausted } from './generator.js';
import { writeDecimal } from './write-decimal.js';

/** An integer up to 2^53 has at most this many digits. */
const decimalBytesMax = 16;

export interface KeyTransform {
  /** The largest result for an input of at most `bytes`. */
  sizeBytesMax(bytes: number): number;
  /** Writes what becomes of `input` at `offset` of `buffer`; the result is its end. The two never overlap. */
  write(input: Buffer, buffer: Buffer, offset: number): number;
}

export const decimalEncoding: KeyEncoding = {
  sizeBytesMax: decimalBytesMax,
  write: (integer, buffer, offset) => writeDecimal(buffer, offset, integer),
};

export function transformKeys(source: KeyGenerator, transform: KeyTransform): KeyGenerator {
  if (source.kind === 'integer') {
    const inner = source.encoding ?? decimalEncoding;
    const scratch = Buffer.alloc(inner.sizeBytesMax);
    const encoding: KeyEncoding = {
      sizeBytesMax: transform.sizeBytesMax(inner.sizeBytesMax),
      write: (integer, buffer, offset) => {
        const end = inner.write(integer, scratch, 0);
        return transform.write(end === scratch.length ? scratch : scratch.subarray(0, end), buffer, offset);
      },
    };
    return { ...source, encoding };
  }
  const scratch = Buffer.alloc(source.sizeBytesMax);
  return {
    kind: 'bytes',
    keySpace: source.keySpace,
    sizeBytesMax: transform.sizeBytesMax(source.sizeBytesMax),
    write: (random, buffer, offset) => {
      const end = source.write(random, scratch, 0);
      return end === exhausted ? exhausted : transform.write(scratch.subarray(0, end), buffer, offset);
    },
  };
}

/** The most bytes that a key takes. */
export function keyBytesMax(keys: KeyGenerator): number {
  return keys.kind === 'bytes' ? keys.sizeBytesMax : (keys.encoding ?? decimalEncoding).sizeBytesMax;
}
