/**
 * Which partition is responsible for a key. A key's hash is SHA-1 over the bytes that Erlang's external term
 * format gives the pair {<<"rkv">>, Key}, so that keys land where Riak Core Lite puts them; the responsible
 * partition is the next boundary strictly above the hash. The encoding is frozen: to change it would move
 * every key, so it has a version, which the ring carries.
 *
 * Worked example on a ring of 64: key `ping1` is hashed as 83 68 02 | 6d 00000003 "rkv" | 6d 00000005 "ping1",
 * its SHA-1 begins with 18c = 0001 1000 1100, the top six bits are 6, and so it belongs to position 7.
 */
import { hash } from 'node:crypto';
import { checkedRingSize } from './ring-size.js';

/** The version of the key encoding and hash. */
export const hashVersion = 1;

// {Bucket, Key}: version 131, small tuple of 2, then two binaries with 32-bit lengths; the bucket is "rkv".
const prefix = Buffer.from([131, 104, 2, 109, 0, 0, 0, 3, 0x72, 0x6b, 0x76, 109]);

export class KeyPlacement {
  readonly ringSize: number;
  readonly #shift: number;

  /** Throws a RingError on a bad ring size. */
  constructor(ringSize: number) {
    this.ringSize = checkedRingSize(ringSize);
    this.#shift = 12 - Math.log2(ringSize);
  }

  /** The position (0..ringSize-1) that is responsible for the key in `key[start..end)`. */
  position(key: Buffer, start: number, end: number): number {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(end - start);
    const digest = hash('sha1', Buffer.concat([prefix, length, key.subarray(start, end)]), 'hex');
    const top = Number.parseInt(digest.slice(0, 3), 16);
    return ((top >>> this.#shift) + 1) & (this.ringSize - 1);
  }
}
