import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTable } from './parse-table.js';
import { RunFileError } from './run-file-error.js';
import { latencyColumns, summaryColumns } from './schema.js';

const header = 'elapsed, window, total, successful, failed\n';
const row = { elapsed: 5.000034, window: 5.000034, total: 12, successful: 10, failed: 2 };

function parse(text: string) {
  return parseTable(text, summaryColumns, 'summary.csv');
}

/** What a writer of basho_bench's format puts out: times as shortest floats, the mean with one decimal. */
function writeLatencies(rows: number[][]): string {
  const lines = rows.map((fields) =>
    fields.map((value, i) => (i === 4 ? value.toFixed(1) : String(value))).join(', '),
  );
  return `${[latencyColumns.join(', '), ...lines].join('\n')}\n`;
}

const seconds = fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }).map(Math.abs);
const count = fc.nat({ max: 2 ** 31 - 1 });
const tenths = fc.nat({ max: 1e9 }).map((value) => value / 10);
const latencyFields = fc
  .tuple(seconds, seconds, count, count, tenths, count, count, count, count, count, count)
  .map((fields) => [...fields]);

describe('parseTable', () => {
  it('reads back every row that a writer wrote', () => {
    fc.assert(
      fc.property(fc.array(latencyFields, { maxLength: 20 }), (rows) => {
        const read = parseTable(writeLatencies(rows), latencyColumns, 'get_latencies.csv');
        expect(read.map((fields) => latencyColumns.map((column) => fields[column]))).toEqual(rows);
      }),
    );
  });

  it('reads the same rows with CRLF line ends', () => {
    fc.assert(
      fc.property(fc.array(latencyFields, { maxLength: 5 }), (rows) => {
        const text = writeLatencies(rows);
        const read = parseTable(text.replaceAll('\n', '\r\n'), latencyColumns, 'x.csv');
        expect(read).toEqual(parseTable(text, latencyColumns, 'x.csv'));
      }),
    );
  });

  it('loses at most the line in which a killed run stopped, wherever that was', () => {
    fc.assert(
      fc.property(fc.array(latencyFields, { minLength: 1, maxLength: 5 }), fc.nat(), (rows, cut) => {
        const text = writeLatencies(rows);
        const kept = text.slice(0, cut % (text.length + 1));
        const whole = kept.split('\n').length - 2;
        const read = parseTable(kept, latencyColumns, 'x.csv');
        expect(read.length).toBeGreaterThanOrEqual(Math.max(0, whole));
        expect(read.slice(0, Math.max(0, whole))).toEqual(
          parseTable(text, latencyColumns, 'x.csv').slice(0, Math.max(0, whole)),
        );
      }),
    );
  });

  it('takes zeros written as 0.0, as rcl_bench writes them', () => {
    expect(parse(`${header}5.0, 5.0, 0.0, 0.0, 0.0\n`)).toEqual([
      { elapsed: 5, window: 5, total: 0, successful: 0, failed: 0 },
    ]);
  });

  it('keeps a complete last line that has no line end', () => {
    expect(parse(`${header}5.000034, 5.000034, 12, 10, 2`)).toEqual([row]);
  });

  it('drops a last line that stops in the middle', () => {
    expect(parse(`${header}5.000034, 5.000034, 12, 10, 2\n10.0, 5.0, 1`)).toEqual([row]);
  });

  it('finds columns by name and passes over those that it does not know', () => {
    const text =
      'elapsed, window, concurrency, total, successful, failed\n5.000034, 5.000034, 8, 12, 10, 2\n';
    expect(parse(text)).toEqual([row]);
  });

  it('reads an empty file as a table without rows', () => {
    expect(parse('')).toEqual([]);
    expect(parse(header)).toEqual([]);
  });

  it('names the file and what the header must be', () => {
    expect(() => parse('timestamp, unit, microseconds\n1, 1, 1\n')).toThrow(
      'summary.csv:1: the header is "timestamp, unit, microseconds", but it must have elapsed, window, total, successful, failed',
    );
  });

  it('names the line, the column and the text that is no number', () => {
    const text = `${header}5, 5, 1, 1, 0\n10, 5, one, 1, 0\n15, 5, 1, 1, 0\n`;
    expect(() => parse(text)).toThrow(RunFileError);
    expect(() => parse(text)).toThrow(
      'summary.csv:3: "one" in column total is not a number such as 12 or 0.5',
    );
  });

  it('names the line that has too few fields', () => {
    expect(() => parse(`${header}5, 5, 1\n10, 5, 1, 1, 0\n`)).toThrow(
      'summary.csv:2: 3 fields, but the header names 5',
    );
  });
});
