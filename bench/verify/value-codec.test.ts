import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { headerBytes, ValueCodec } from './value-codec.js';

const pool = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) >>> 3));
const codec = new ValueCodec(pool, (bytes) => crc32(bytes));
const value = {
  writer: 513,
  sequence: 2 ** 33 + 5,
  keyHash: 0xdeadbeef,
  issuedMs: 1_790_000_000_123,
  length: 100,
};

function encoded(): Buffer {
  const target = Buffer.alloc(200);
  codec.encode(target, 50, value);
  return target;
}

describe('values that name their write', () => {
  test('are read as they were written', () => {
    const bytes = encoded();
    expect(codec.decode(bytes, 50, 150, value.keyHash)).toBeUndefined();
    expect(codec).toMatchObject({ writer: 513, sequence: 2 ** 33 + 5, issuedMs: 1_790_000_000_123 });
    expect(codec.isBodyIntact(bytes, 50, 150)).toBe(true);
    expect(bytes.subarray(0, 50).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(150).every((byte) => byte === 0)).toBe(true);
  });

  test('tell what is wrong with them', () => {
    const mistakeAfter = (change: (bytes: Buffer) => void, end = 150, keyHash = value.keyHash) => {
      const bytes = encoded();
      change(bytes);
      return codec.decode(bytes, 50, end, keyHash);
    };
    const none = () => {};
    expect(mistakeAfter((bytes) => bytes.fill(0, 50, 51))).toBe('foreign');
    expect(mistakeAfter(none, 60)).toBe('foreign');
    for (let at = 55; at < 50 + headerBytes; at++) {
      const mistake = mistakeAfter((bytes) => bytes.writeUInt8(bytes[at]! ^ 1, at));
      expect(mistake, `byte ${at - 50}`).toBe('torn');
    }
    expect(mistakeAfter(none, 150, 1)).toBe('of another key');
    expect(mistakeAfter(none, 149)).toBe('of another length');
  });

  test('have a body that no other value has in its place', () => {
    const bytes = encoded();
    bytes[120]! ^= 1;
    expect(codec.decode(bytes, 50, 150, value.keyHash)).toBeUndefined();
    expect(codec.isBodyIntact(bytes, 50, 150)).toBe(false);
    const mixed = encoded();
    const other = Buffer.alloc(100);
    codec.encode(other, 0, { ...value, sequence: 6 });
    other.copy(mixed, 100, 50, 100);
    codec.decode(mixed, 50, 150, value.keyHash);
    expect(codec.isBodyIntact(mixed, 50, 150)).toBe(false);
  });

  test('may be no more than a header', () => {
    const target = Buffer.alloc(headerBytes);
    codec.encode(target, 0, { ...value, length: headerBytes });
    expect(codec.decode(target, 0, headerBytes, value.keyHash)).toBeUndefined();
    expect(codec.isBodyIntact(target, 0, headerBytes)).toBe(true);
  });
});
