import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberIn, parseQuotedTable } from './parse-quoted-table.js';
import { parsePercentiles } from './percentile-row.js';
import { parseViolations } from './violation-row.js';

const columns = ['a', 'b'] as const;

describe('parseQuotedTable', () => {
  it('reads back whatever was written, with commas, quotes and line ends in it', () => {
    const field = fc.string().filter((text) => text === text.trim());
    fc.assert(
      fc.property(fc.array(fc.record({ a: field, b: field.filter((text) => text !== '') })), (rows) => {
        const text = stringify([[...columns], ...rows.map(({ a, b }) => [a, b])]);
        expect(parseQuotedTable(text, columns, 'x.csv')).toEqual(rows);
      }),
    );
  });

  it('drops a last line that was cut off, in a field or in a quoted one', () => {
    for (const cut of ['3,4', '3,"4', '3'])
      expect(parseQuotedTable(`a,b\n1,2\n${cut}`, columns, 'x.csv')).toEqual([{ a: '1', b: '2' }]);
    expect(parseQuotedTable('', columns, 'x.csv')).toEqual([]);
  });

  it('names the file and the line of what is wrong', () => {
    expect(() => parseQuotedTable('a,c\n', columns, 'x.csv')).toThrow('x.csv:1: the header is "a,c"');
    expect(() => parseQuotedTable('a,b\n"1\n2",3\n4\n', columns, 'x.csv')).toThrow('x.csv:4: 1 fields');
    expect(() => numberIn({ a: 'x' }, 'a', 'x.csv')).toThrow('"x" in column a is not a number');
  });
});

describe('the tables with texts', () => {
  it('are read by the names of their columns', () => {
    const violations = 'seconds,kind,key,detail\n1.500000,lost-write,7,"gone, for good"\n';
    expect(parseViolations(violations, 'violations.csv')).toEqual([
      { seconds: 1.5, kind: 'lost-write', key: '7', detail: 'gone, for good' },
    ]);
    const percentiles = 'operation,time,percentile,us,count\n"a,b",response,99.9,1200,999\n';
    expect(parsePercentiles(percentiles, 'percentiles.csv')).toEqual([
      { operation: 'a,b', time: 'response', percentile: 99.9, us: 1200, count: 999 },
    ]);
    expect(() => parsePercentiles(percentiles.replace('response', 'both'), 'p.csv')).toThrow('"both"');
  });
});
