/**
 * Splits an inline command, the form that people type into a raw connection, by Redis' rules: arguments are
 * separated by blanks; "double quotes" take the escapes \n \r \t \b \a \xHH, 'single quotes' only \'; a closing
 * quote must be followed by a blank or the end.
 */

const backslash = 0x5c;
const doubleQuote = 0x22;
const singleQuote = 0x27;
const letterX = 0x78;
const escapes = new Map([
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
  [0x62, 8],
  [0x61, 7],
]);

/**
 * The arguments in `line[start..end)` as pairs of start and end; undefined if the quotes are unbalanced.
 * Unquotes in place, which always fits since an argument only becomes shorter.
 */
export function splitInlineArguments(line: Buffer, start: number, end: number): number[] | undefined {
  const pairs: number[] = [];
  let at = start;
  for (;;) {
    while (at < end && isBlank(line[at]!)) at++;
    if (at === end) return pairs;
    let to = at;
    pairs.push(to);
    let quote = 0;
    while (at < end && (quote !== 0 || !isBlank(line[at]!))) {
      const byte = line[at]!;
      if (quote === 0) {
        if (byte === doubleQuote || byte === singleQuote) quote = byte;
        else line[to++] = byte;
        at++;
      } else if (byte === quote) {
        if (at + 1 < end && !isBlank(line[at + 1]!)) return undefined;
        quote = 0;
        at++;
      } else if (byte === backslash && at + 1 < end) {
        const hex = quote === doubleQuote && line[at + 1] === letterX ? hexByte(line, at + 2, end) : -1;
        if (hex >= 0) {
          line[to++] = hex;
          at += 4;
        } else if (quote === doubleQuote) {
          line[to++] = escapes.get(line[at + 1]!) ?? line[at + 1]!;
          at += 2;
        } else if (line[at + 1] === singleQuote) {
          line[to++] = singleQuote;
          at += 2;
        } else {
          line[to++] = byte;
          at++;
        }
      } else {
        line[to++] = byte;
        at++;
      }
    }
    if (quote !== 0) return undefined;
    pairs.push(to);
  }
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13) || byte === 0;
}

function hexByte(line: Buffer, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const digits = line.toString('latin1', at, at + 2);
  return /^[0-9a-fA-F]{2}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}
