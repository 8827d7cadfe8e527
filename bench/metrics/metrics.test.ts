import { describe, expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { formatMetric, type Metric, metricValue, parseMetric } from './metric.js';
import { checkThreshold, parseThreshold, type Threshold } from './threshold.js';

const latencies = {
  count: 10,
  min: 0.1,
  mean: 0.4,
  p50: 0.3,
  p95: 0.9,
  p99: 4.2,
  p999: 7,
  p9999: 8,
  max: 9,
};
const statistics = {
  ok: 990,
  missing: 0,
  failed: 10,
  units: 990,
  opsPerSecond: 12_345.6,
  responseTimeMs: latencies,
  serviceTimeMs: { ...latencies, p99: 2.1 },
};
const results = {
  total: statistics,
  operations: { get: statistics, get_own_puts: { ...statistics, responseTimeMs: null, serviceTimeMs: null } },
} as unknown as Results;

const metric = (text: string): Metric => parseMetric(text) as Metric;
const threshold = (text: string): Threshold => parseThreshold(text) as Threshold;

describe('metrics', () => {
  test('are read by name', () => {
    expect(metricValue(results, metric('rate'))).toBe(12_345.6);
    expect(metricValue(results, metric('errors'))).toBe(0.01);
    expect(metricValue(results, metric('get.p99'))).toBe(4.2);
    expect(metricValue(results, metric('get.service.p99'))).toBe(2.1);
    expect(metricValue(results, metric('get.response.p99'))).toBe(4.2);
    expect(metricValue(results, metric('get_own_puts.p99'))).toBeUndefined();
  });

  test('have one spelling each', () => {
    expect(metric('p99.9').name).toBe('p999');
    expect(metric(' get.p99.99 ').name).toBe('get.p9999');
    expect(metric('get.response.max').name).toBe('get.max');
    expect(metric('service.p99')).toMatchObject({ operation: null, time: 'service' });
  });

  test('say what is right when a name is wrong', () => {
    expect(parseMetric('get.p98')).toContain('"get.p98" is no metric');
    expect(parseMetric('')).toContain('Statistics: rate, errors, min');
    expect(parseMetric('service.rate')).toContain('rate has no service time');
    expect(metricValue(results, metric('scan.p99'))).toContain(
      'no operation "scan"; it has get, get_own_puts',
    );
  });

  test('are printed with their unit', () => {
    expect(formatMetric(12_345.6, 'rate')).toBe('12,346 ops/s');
    expect(formatMetric(0.0012, 'errors')).toBe('0.12 %');
    expect(formatMetric(0.0421, 'p99')).toBe('42.1 µs');
    expect(formatMetric(1804.4, 'p99')).toBe('1800 ms');
  });
});

describe('thresholds', () => {
  test.each([
    ['get.p99 < 5ms', true],
    ['get.p99 < 4200us', false],
    ['get.p99 <= 4200us', true],
    ['p99 < 0.004s', false],
    ['errors < 0.1%', false],
    ['errors <= 1%', true],
    ['rate > 10000', true],
    ['rate > 12.4k', false],
    ['get.rate >= 12345 ops/s', true],
  ])('%s', (text, passed) => {
    expect(checkThreshold(results, threshold(text)).passed).toBe(passed);
  });

  test('fail where nothing was measured', () => {
    expect(checkThreshold(results, threshold('get_own_puts.p99 < 5ms'))).toEqual({
      threshold: 'get_own_puts.p99 < 5ms',
      passed: false,
      value: null,
      measured: 'nothing was measured',
    });
    expect(checkThreshold(results, threshold('scan.p99 < 5ms')).passed).toBe(false);
  });

  test.each([
    ['p99 = 5ms', 'is no threshold'],
    ['p99 < five', 'is no threshold'],
    ['p99 < 5', 'has no unit; write one of us, µs, ms, s'],
    ['errors < 3ms', 'has the unit "ms"; write one of %'],
    ['rate > 3ms', 'has the unit "ms"; write one of /s, ops/s, k, K'],
    ['speed > 3', '"speed" is no metric'],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(parseThreshold(text)).toContain(sentence);
  });
});
