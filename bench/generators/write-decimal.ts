// An integer as ASCII digits, straight into a buffer.

/** Writes a whole number from 0 to 2^53 at `offset`; the result is the end of what was written. */
export function writeDecimal(buffer: Buffer, offset: number, value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  const end = offset + digits;
  let rest = value;
  // Beyond 31 bits only division of floating point numbers is right; below, whole division is faster.
  let at = end;
  while (rest >= 0x7fff_ffff) {
    const quotient = Math.floor(rest / 10);
    buffer[--at] = 48 + (rest - quotient * 10);
    rest = quotient;
  }
  let small = rest | 0;
  while (at > offset) {
    const quotient = (small / 10) | 0;
    buffer[--at] = 48 + (small - quotient * 10);
    small = quotient;
  }
  return end;
}
