/** Reads what SCAN is asked for: SCAN cursor [MATCH pattern] [COUNT count] [TYPE type], with Redis' own errors. */
import type { CommandReader } from '../resp/index.js';

export interface ScanOptions {
  /** The point to go on at. Cursors that no SCAN of ours has told lie behind the last one. */
  readonly from: number;
  /** undefined for all keys. */
  readonly pattern: Buffer | undefined;
  readonly count: number;
  /** A type is asked for that no key has. */
  readonly isOtherType: boolean;
}

const countDefault = 10;
const integerMax = 2n ** 63n - 1n;

/** The options, or an error line. */
export function readScanOptions(reader: CommandReader, patternBytesMax: number): ScanOptions | string {
  const from = readCursor(text(reader, 1));
  if (from === undefined) return 'ERR invalid cursor';
  let pattern: Buffer | undefined;
  let count = countDefault;
  let isOtherType = false;
  for (let i = 2; i < reader.count; i += 2) {
    const option = text(reader, i).toLowerCase();
    if (i + 1 === reader.count) return 'ERR syntax error';
    const value = text(reader, i + 1);
    if (option === 'count') {
      if (!isInteger(value)) return 'ERR value is not an integer or out of range';
      if (Number(value) < 1) return 'ERR syntax error';
      count = Number(value);
    } else if (option === 'match') {
      if (value.length > patternBytesMax) return patternTooLong(value.length, patternBytesMax);
      pattern = value === '*' ? undefined : Buffer.from(value, 'latin1');
    } else if (option === 'type') {
      isOtherType = value.toLowerCase() !== 'string';
    } else {
      return 'ERR syntax error';
    }
  }
  return { from, pattern, count, isOtherType };
}

/** As strtoul reads it: up to 64 bits, with a sign or none, the empty text being 0; undefined if it is none. */
function readCursor(cursor: string): number | undefined {
  const [, sign, digits] = /^([+-]?)([0-9]*)$/.exec(cursor) ?? [];
  if (digits === undefined || (digits === '' && sign !== '')) return undefined;
  const value = BigInt(digits);
  if (value >= 2n ** 64n) return undefined;
  return sign === '-' && value > 0n ? Number(2n ** 64n - value) : Number(value);
}

/** As Redis' string2ll: no blank, no plus, no leading zero, and 64 bits. */
export function isInteger(value: string): boolean {
  if (!/^(0|-?[1-9][0-9]{0,18})$/.test(value)) return false;
  const integer = BigInt(value);
  return integer <= integerMax && integer >= -integerMax - 1n;
}

export function patternTooLong(bytes: number, bytesMax: number): string {
  return `ERR the pattern has ${bytes} bytes, and may have ${bytesMax}`;
}

function text(reader: CommandReader, number: number): string {
  return reader.buffer.toString('latin1', reader.starts[number]!, reader.ends[number]!);
}
