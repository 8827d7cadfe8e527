// Any keys as bytes.
import { type ByteKeys, exhausted, type KeyGenerator } from './generator.js';
import { decimalEncoding } from './transform-keys.js';

export function bytesOf(keys: KeyGenerator): ByteKeys {
  if (keys.kind === 'bytes') return keys;
  const { sizeBytesMax, write } = keys.encoding ?? decimalEncoding;
  return {
    kind: 'bytes',
    keySpace: keys.keySpace,
    sizeBytesMax,
    write(random, buffer, offset) {
      const integer = keys.next(random);
      return integer === exhausted ? exhausted : write(integer, buffer, offset);
    },
  };
}
