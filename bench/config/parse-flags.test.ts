import { describe, expect, test } from 'vitest';
import { parseDurationMs } from './duration.js';
import { parseEndpoint } from './endpoint.js';
import { nearestName } from './nearest-name.js';
import { configFromFlags } from './parse-flags.js';

describe('flags', () => {
  test('become the same configuration that a module would export', () => {
    const config = configFromFlags({
      workers: '50',
      operations: 'get=1,put=2.5,get_own_puts',
      keyGenerator: 'uniform_int:100000',
      valueGenerator: '["fixed_bin", 100]',
      randomSeed: '7,8,9',
      endpoint: ['a:1,b:2', 'c:3'],
      results: 'out',
      nodes: '1',
      n: '1',
    });
    expect(config).toEqual({
      concurrentWorkers: 50,
      operations: [
        ['get', 1],
        ['put', 2.5],
        ['get_own_puts', 1],
      ],
      keyGenerator: 'uniform_int:100000',
      valueGenerator: ['fixed_bin', 100],
      randomSeed: [7, 8, 9],
      endpoints: ['a:1', 'b:2', 'c:3'],
      testDir: 'out',
      cluster: { nodes: 1, n: 1 },
    });
  });

  test('are all named at once when they cannot be read', () => {
    expect(() =>
      configFromFlags({ workers: '0', nodes: 'three', operations: 'get=', randomSeed: '1,2' }),
    ).toThrow(
      /--workers: "0" is not[\s\S]*--operations: "get=" is not[\s\S]*--random-seed[\s\S]*--nodes: "three"/,
    );
  });
});

describe('a span of time', () => {
  test.each([
    ['500ms', 500],
    ['5s', 5000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test('without a unit is refused, with both spellings to choose from', () => {
    expect(parseDurationMs('60')).toBe('"60" has no unit; write 60s for seconds or 60m for minutes');
  });
});

describe('an endpoint', () => {
  test.each(['localhost', ':6379', 'host:0', 'host:99999', 'a b:1'])('is not %j', (text) => {
    expect(parseEndpoint(text)).toBeTypeOf('string');
  });

  test('may be an IPv6 address in brackets', () => {
    expect(parseEndpoint('[::1]:6379')).toEqual({ host: '::1', port: 6379 });
  });
});

describe('nearestName', () => {
  test('finds a misspelling and nothing far-fetched', () => {
    const known = ['redis', 'rkv', 'memory', 'null'];
    expect(nearestName('reids', known)).toBe('redis');
    expect(nearestName('postgres', known)).toBeUndefined();
  });
});
