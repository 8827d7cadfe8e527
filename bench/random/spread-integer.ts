/**
 * A hash of a whole number from 0 to 2^53 - 1, 32 bits signed: neighbouring numbers end up far apart. The finalizer
 * of MurmurHash3 (Austin Appleby) over both halves of the number.
 */
export function spreadInteger(number: number): number {
  let hash = (number | 0) ^ Math.imul((number / 0x1_0000_0000) | 0, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
