/**
 * The hash of a key in a table: HalfSipHash-1-3 (Aumasson and Bernstein; the variant that Linux uses for its
 * tables). Keys come from clients, and without the secret seed nobody can choose keys that share a hash: with
 * a plain fast hash, a few thousand such keys would make every lookup a walk over all of them.
 */

/** The secret of a table: two 32-bit words. */
export interface HashSeed {
  readonly low: number;
  readonly high: number;
}

/** The signed 32-bit hash of `key[start..end)`. */
export function hashKey(key: Buffer, start: number, end: number, low: number, high: number): number {
  let v0 = low;
  let v1 = high;
  let v2 = low ^ 0x6c796765;
  let v3 = high ^ 0x74656462;
  const tail = end - ((end - start) & 3);
  let at = start;
  for (; at < tail; at += 4) {
    const word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
    v3 ^= word;
    // A round is written out each time: the four words must stay in registers.
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  let last = (end - start) << 24;
  for (let shift = 0; at < end; at++, shift += 8) last |= key[at]! << shift;
  v3 ^= last;
  // One round for the last word, and three to finish.
  for (let round = 0; round < 4; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (round === 0) {
      v0 ^= last;
      v2 ^= 0xff;
    }
  }
  return v1 ^ v3;
}
