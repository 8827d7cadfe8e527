// An integer as ASCII digits, straight into a buffer.

/** Writes a whole number from 0 to 2^53 at `offset`; the result is the end of what was written. */
export function writeDecimal(buffer: Buffer, offset: number, value: number): number {
  const end = offset + digitsOf(value);
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

function digitsOf(value: number): number {
  // Most keys are below this; comparisons of whole numbers are faster than multiplying up to a bound.
  if (value < 1_000_000) {
    if (value < 1000) return value < 10 ? 1 : value < 100 ? 2 : 3;
    return value < 10_000 ? 4 : value < 100_000 ? 5 : 6;
  }
  let digits = 7;
  for (let bound = 10_000_000; value >= bound; bound *= 10) digits++;
  return digits;
}
