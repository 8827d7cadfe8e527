import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRedisMonitor, parseRedisMonitor } from './redis-monitor.js';
import { keyStart, type Trace, TraceBuilder } from './trace.js';
import { parseTraceCsv, traceCsvLines, traceHeading } from './trace-csv.js';

function entriesOf(trace: Trace) {
  return Array.from({ length: trace.count }, (_, k) => ({
    atUs: trace.offsetUs[k],
    operation: trace.operations[trace.operation[k]!],
    key: Buffer.from(trace.keys.subarray(keyStart(trace, k), trace.keyEnd[k])).toString('latin1'),
    valueBytes: trace.valueBytes[k],
  }));
}

describe('a trace as CSV', () => {
  test('comes back as it was written, whatever the keys', () => {
    const entry = fc.record({
      wait: fc.nat(1_000_000),
      operation: fc.constantFrom('get', 'put', 'delete'),
      key: fc.uint8Array({ minLength: 1, maxLength: 20 }),
      valueBytes: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 3000 }), (entries) => {
        const builder = new TraceBuilder();
        let atUs = 0;
        for (const { wait, ...one } of entries) {
          atUs += wait;
          builder.add({ ...one, atUs });
        }
        const trace = builder.build();
        const again = parseTraceCsv(`${traceHeading}\n${traceCsvLines(trace)}`);
        expect(entriesOf(again).map(({ atUs: at, ...rest }) => ({ ...rest, atUs: Math.round(at!) }))).toEqual(
          entriesOf(trace),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('has its columns found by their names', () => {
    const trace = parseTraceCsv('key,offset_s,operation\r\na,5,get\r\nhex:00ff,6.5,put\r\n');
    expect(entriesOf(trace)).toEqual([
      { atUs: 0, operation: 'get', key: 'a', valueBytes: 0 },
      { atUs: 1_500_000, operation: 'put', key: '\0\xff', valueBytes: 0 },
    ]);
  });

  test.each([
    ['', /no operation/],
    ['offset_ms,operation,key\n', /no operation/],
    ['a,b\n', /it names the columns/],
    ['offset_ms,operation,key\nx,get,k\n', /line 2: "x" is no offset/],
    ['offset_ms,operation,key\n\n1,,k\n', /line 3: there is no operation/],
    ['offset_ms,operation,key\n5,get,k\n3,get,k\n', /line 3: entry 2 is 2\.000 ms before/],
    ['offset_ms,operation,key,value_bytes\n5,put,k,-1\n', /"-1" is no size/],
    ['offset_ms,operation,key\n5,get,hex:0\n', /no key in hexadecimal/],
  ])('%j is refused with the line', (text, message) => {
    expect(() => parseTraceCsv(text)).toThrow(message);
  });
});

describe('a capture of MONITOR', () => {
  const capture = [
    'OK',
    '1339518083.107412 [0 127.0.0.1:60866] "keys" "*"',
    '1339518087.877697 [0 127.0.0.1:60866] "GET" "a b"',
    '1339518087.877700 [0 unix:/tmp/s] "set" "k\\x00\\"\\n" "value" "EX" "10"',
    '1339518088.000000 [0 127.0.0.1:60866] "mset" "x" "1" "y" "22"',
    '1339518088.500000 [0 lua] "del" "x" "y"',
    '1339518088.500000 [0 127.0.0.1:60866] "setex" "s" "60" "abc"',
    '1339518089.1234',
  ].join('\n');

  test('becomes gets, puts and deletes of single keys; the rest is counted', () => {
    expect(isRedisMonitor(capture)).toBe(true);
    const { trace, skipped } = parseRedisMonitor(capture);
    const found = entriesOf(trace).map(({ atUs, ...rest }) => ({ ...rest, atUs: Math.round(atUs!) }));
    expect(found).toEqual([
      { operation: 'get', key: 'a b', valueBytes: 0, atUs: 0 },
      { operation: 'put', key: 'k\0"\n', valueBytes: 5, atUs: 3 },
      { operation: 'put', key: 'x', valueBytes: 1, atUs: 122_303 },
      { operation: 'put', key: 'y', valueBytes: 2, atUs: 122_303 },
      { operation: 'delete', key: 'x', valueBytes: 0, atUs: 622_303 },
      { operation: 'delete', key: 'y', valueBytes: 0, atUs: 622_303 },
      { operation: 'put', key: 's', valueBytes: 3, atUs: 622_303 },
    ]);
    expect(skipped).toEqual({ keys: 1 });
  });

  test('keeps its order when the clock of the server is set back', () => {
    const { trace } = parseRedisMonitor('9.5 [0 a] "get" "k"\n8.5 [0 a] "get" "l"\n9.75 [0 a] "get" "m"\n');
    expect(entriesOf(trace).map(({ key, atUs }) => [key, atUs])).toEqual([
      ['k', 0],
      ['l', 0],
      ['m', 250_000],
    ]);
  });

  test('is refused where a line is something else', () => {
    expect(() => parseRedisMonitor('1.5 [0 a] "get" "k"\nwhat\n2.5 [0 a] "get" "k"\n')).toThrow(
      /line 2 is not/,
    );
  });
});
