// YCSB's hash of an integer: 64-bit FNV-1a over its eight bytes, lowest first, and the absolute value of the result.
// In two halves of 32 bits: the prime is 2^40 + 435, so no product leaves the exact range of a number.

/** The hash's halves, from the last call of `fnvHash`. */
export const fnvHalves = { high: 0, low: 0 };

/** Leaves the hash of a whole number from 0 to 2^53 in `fnvHalves`. */
export function fnvHash(value: number): void {
  let high = 0xcbf2_9ce4;
  let low = 0x8422_2325;
  let bytesLow = value >>> 0;
  let bytesHigh = Math.floor(value / 0x1_0000_0000);
  for (let i = 0; i < 8; i++) {
    low = (low ^ (bytesLow & 0xff)) >>> 0;
    bytesLow = ((bytesLow >>> 8) | (bytesHigh << 24)) >>> 0;
    bytesHigh >>>= 8;
    const product = low * 435;
    const carry = Math.floor(product / 0x1_0000_0000);
    // Times 2^40: the low half moves to the high one, shifted by eight more.
    high = (Math.imul(high, 435) + carry + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  if (high >= 0x8000_0000) {
    // Two's complement, as Java's Math.abs does it.
    low = (~low + 1) >>> 0;
    high = (~high + (low === 0 ? 1 : 0)) >>> 0;
  }
  fnvHalves.high = high;
  fnvHalves.low = low;
}

/** The largest count that `fnvHashModulo` takes. */
export const moduloMax = 2 ** 36;

/** The hash of `value` modulo `count`, which is at most `moduloMax`. */
export function fnvHashModulo(value: number, count: number): number {
  fnvHash(value);
  const { high, low } = fnvHalves;
  const upper = ((high % count) * 0x1_0000 + (low >>> 16)) % count;
  return (upper * 0x1_0000 + (low & 0xffff)) % count;
}
