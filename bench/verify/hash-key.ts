// A key of bytes as a whole number below 2^53, which stands for it in a history. Two halves of 32 and 21 bits by two
// hashes of the kind of FNV-1a (Fowler, Noll and Vo) with MurmurHash3's finalizer. That two keys share a number is
// unlikely and possible: `KeyNames` notices it.

export function hashKey(bytes: Uint8Array, start: number, end: number): number {
  let low = 0x811c_9dc5 | 0;
  let high = 0x9e37_79b1 | 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    low = Math.imul(low ^ byte, 0x0100_0193);
    high = Math.imul(high ^ byte, 0x85eb_ca6b) + 1;
    high ^= high >>> 15;
  }
  return (finished(high ^ low) >>> 11) * 0x1_0000_0000 + (finished(low) >>> 0);
}

function finished(mixed: number): number {
  let hash = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
