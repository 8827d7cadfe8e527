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
import { sha1BlockMessageBytesMax, sha1BlockTop } from './sha1-block.js';

/** The version of the key encoding and hash. */
export const hashVersion = 1;

// {Bucket, Key}: version 131, small tuple of 2, then two binaries with 32-bit lengths; the bucket is "rkv".
// Its twelve bytes, and the length of the key, are whole words: a key begins at word 4.
const prefix = Buffer.from([131, 104, 2, 109, 0, 0, 0, 3, 0x72, 0x6b, 0x76, 109]);
const keyWord = 4;
const keyStartBytes = keyWord * 4;
/** Points of the ring as numbers: 0 up to, and not with, this one. */
export const pointMax = 2 ** 52;
/** How many points share the first 32 bits of a hash. */
const pointsPerTop = 2 ** 20;
const blockKeyBytesMax = sha1BlockMessageBytesMax - keyStartBytes;

export class KeyPlacement {
  readonly ringSize: number;
  /** See `topWord`. */
  lowWord = 0;
  readonly #shift: number;
  readonly #mask: number;
  readonly #block = new Int32Array(16);

  /** Throws a RingError on a bad ring size. */
  constructor(ringSize: number) {
    this.ringSize = checkedRingSize(ringSize);
    this.#shift = 32 - Math.log2(ringSize);
    this.#mask = ringSize - 1;
    for (let word = 0; word < 3; word++) this.#block[word] = prefix.readInt32BE(word * 4);
  }

  /** The position (0..ringSize-1) that is responsible for the key in `key[start..end)`. */
  position(key: Buffer, start: number, end: number): number {
    const top = end - start <= blockKeyBytesMax ? this.#shortTop(key, start, end) : longTop(key, start, end);
    return ((top >>> this.#shift) + 1) & this.#mask;
  }

  /**
   * The first 52 bits of the key's hash: where it stands on the ring, in an order that no member, epoch or ring
   * size changes. A key's partition follows from its point: see `positionOfPoint`.
   */
  point(key: Buffer, start: number, end: number): number {
    if (end - start > blockKeyBytesMax) return Number.parseInt(longHash(key, start, end).slice(0, 13), 16);
    const top = this.#shortTop(key, start, end);
    return top * pointsPerTop + (this.#block[15]! >>> 12);
  }

  /**
   * The first 32 bits of the key's hash, unsigned; the 32 behind them are then in `lowWord`, signed. For those to
   * whom a point is too dear: it is made of these by arithmetic with fractions.
   */
  topWord(key: Buffer, start: number, end: number): number {
    if (end - start <= blockKeyBytesMax) {
      const top = this.#shortTop(key, start, end);
      this.lowWord = this.#block[15]!;
      return top;
    }
    const digits = longHash(key, start, end);
    this.lowWord = Number.parseInt(digits.slice(8, 16), 16) | 0;
    return Number.parseInt(digits.slice(0, 8), 16);
  }

  /** The position that is responsible for the keys at a point. */
  positionOfPoint(point: number): number {
    return ((Math.floor(point / pointsPerTop) >>> this.#shift) + 1) & this.#mask;
  }

  /** The last point with the same responsible partition as `point`. */
  lastPointOfPartition(point: number): number {
    const span = pointMax / this.ringSize;
    return (Math.floor(point / span) + 1) * span - 1;
  }

  /** The first 32 bits of the hash of a key that fits one block with its prefix: of up to 39 bytes. */
  #shortTop(key: Buffer, start: number, end: number): number {
    const block = this.#block;
    block[keyWord - 1] = end - start;
    let word = keyWord;
    let at = start;
    for (; at + 3 < end; at += 4) {
      block[word++] = (key[at]! << 24) | (key[at + 1]! << 16) | (key[at + 2]! << 8) | key[at + 3]!;
    }
    let last = 0;
    let shift = 24;
    for (; at < end; at++, shift -= 8) last |= key[at]! << shift;
    block[word++] = last | (0x80 << shift);
    while (word < 15) block[word++] = 0;
    block[15] = (keyStartBytes + end - start) * 8;
    return sha1BlockTop(block);
  }
}

function longTop(key: Buffer, start: number, end: number): number {
  return Number.parseInt(longHash(key, start, end).slice(0, 8), 16);
}

function longHash(key: Buffer, start: number, end: number): string {
  const encoded = Buffer.allocUnsafe(keyStartBytes + end - start);
  prefix.copy(encoded);
  encoded.writeUInt32BE(end - start, prefix.length);
  key.copy(encoded, keyStartBytes, start, end);
  return hash('sha1', encoded, 'hex');
}
