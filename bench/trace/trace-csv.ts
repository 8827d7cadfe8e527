// A trace as CSV: a heading, then a line per operation. Columns are found by their names, in any order: `offset_ms` (or
// `offset_us`, `offset_s`), `operation`, `key`, and `value_bytes`, which may be missing. A key that is not plain text
// is written `hex:` and its bytes.
import { keyStart, type Trace, TraceBuilder, TraceError } from './trace.js';

/** Microseconds per unit of the column of that name. */
const offsetColumns: Readonly<Record<string, number>> = { offset_us: 1, offset_ms: 1000, offset_s: 1e6 };
const columns = ['offset_ms', 'operation', 'key', 'value_bytes'] as const;
export const traceHeading = columns.join(',');
const valueBytesMax = 512 * 1024 * 1024;

/** Whether a file's first line looks like such a heading. */
export function isTraceCsv(firstLine: string): boolean {
  const names = firstLine.split(',').map((name) => name.trim());
  return names.includes('operation') && names.includes('key');
}

/** Throws TraceError that names the line. */
export function parseTraceCsv(text: string): Trace {
  const builder = new TraceBuilder();
  let number = 0;
  let heading: Heading | undefined;
  for (const line of linesOf(text)) {
    number++;
    if (line.trim() === '') continue;
    if (heading === undefined) heading = readHeading(line);
    else {
      try {
        readLine(line, heading, builder);
      } catch (error) {
        throw error instanceof TraceError ? new TraceError(`line ${number}: ${error.message}`) : error;
      }
    }
  }
  return builder.build();
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
    start = end < 0 ? text.length : end + 1;
  }
}

interface Heading {
  offset: number;
  usPerUnit: number;
  operation: number;
  key: number;
  valueBytes: number;
}

function readHeading(line: string): Heading {
  const names = line.split(',').map((name) => name.trim());
  const offset = names.findIndex((name) => Object.hasOwn(offsetColumns, name));
  const [operation, key] = [names.indexOf('operation'), names.indexOf('key')];
  if (offset < 0 || operation < 0 || key < 0) {
    throw new TraceError(
      `the first line is "${line.slice(0, 80)}"; it names the columns, as ${traceHeading}`,
    );
  }
  const usPerUnit = offsetColumns[names[offset]!]!;
  return { offset, usPerUnit, operation, key, valueBytes: names.indexOf('value_bytes') };
}

function readLine(line: string, heading: Heading, builder: TraceBuilder): void {
  const cells = line.split(',').map((cell) => cell.trim());
  const offset = Number(cells[heading.offset] || Number.NaN);
  const operation = cells[heading.operation] ?? '';
  const valueBytes = heading.valueBytes < 0 ? 0 : Number(cells[heading.valueBytes] || 0);
  if (!Number.isFinite(offset)) throw new TraceError(`"${cells[heading.offset] ?? ''}" is no offset`);
  if (operation === '') throw new TraceError('there is no operation');
  if (!Number.isSafeInteger(valueBytes) || valueBytes < 0 || valueBytes > valueBytesMax) {
    throw new TraceError(`"${cells[heading.valueBytes]}" is no size of a value in bytes`);
  }
  const key = readKey(cells[heading.key] ?? '');
  builder.add({ atUs: offset * heading.usPerUnit, operation, key, valueBytes });
}

function readKey(cell: string): Buffer {
  if (!cell.startsWith('hex:')) return Buffer.from(cell);
  const digits = cell.slice('hex:'.length);
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new TraceError(`"${cell}" is no key in hexadecimal`);
  return Buffer.from(digits, 'hex');
}

/** Lines of the entries from `from` to before `to`, without the heading. */
export function traceCsvLines(trace: Trace, from = 0, to = trace.count): string {
  let text = '';
  for (let k = from; k < to; k++) {
    const key = Buffer.from(trace.keys.subarray(keyStart(trace, k), trace.keyEnd[k]));
    text += traceCsvLine({
      atUs: trace.offsetUs[k]!,
      operation: trace.operations[trace.operation[k]!]!,
      key,
      valueBytes: trace.valueBytes[k]!,
    });
  }
  return text;
}

export function traceCsvLine(entry: {
  atUs: number;
  operation: string;
  key: Buffer;
  valueBytes: number;
}): string {
  const { atUs, operation, key, valueBytes } = entry;
  return `${(atUs / 1000).toFixed(3)},${operation},${showKey(key)},${valueBytes}\n`;
}

function showKey(key: Buffer): string {
  const text = key.toString('latin1');
  return /^[!-+\--~]+$/.test(text) && !text.startsWith('hex:') ? text : `hex:${key.toString('hex')}`;
}
