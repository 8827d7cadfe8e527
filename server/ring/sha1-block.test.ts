import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha1BlockMessageBytesMax, sha1BlockTop } from './sha1-block.js';

describe('SHA-1 of one block', () => {
  it('is the SHA-1 of node:crypto for every message that fits', () => {
    const message = fc.uint8Array({ maxLength: sha1BlockMessageBytesMax });
    fc.assert(
      fc.property(message, (bytes) => {
        expect(sha1BlockTop(padded(bytes))).toBe(Number.parseInt(hash('sha1', bytes, 'hex').slice(0, 8), 16));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the digest of abc that the standard gives', () => {
    expect(sha1BlockTop(padded(Buffer.from('abc')))).toBe(0xa9993e36);
  });
});

function padded(message: Uint8Array): Int32Array {
  const block = Buffer.alloc(64);
  block.set(message);
  block[message.length] = 0x80;
  block.writeUInt32BE(message.length * 8, 60);
  return Int32Array.from({ length: 16 }, (_, word) => block.readInt32BE(word * 4));
}
