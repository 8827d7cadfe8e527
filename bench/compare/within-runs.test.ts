import { expect, test } from 'vitest';
import { type Metric, parseMetric } from '../metrics/index.js';
import type { RunWindow } from './run-windows.js';
import { withinRunsInterval } from './within-runs.js';

const rate = parseMetric('rate') as Metric;
const p99 = parseMetric('p99') as Metric;

/** Windows of a second, each with about a hundred samples of 10 µs and two of `slowUs`. */
function windows(count: number, slowUs: number): RunWindow[] {
  return Array.from({ length: count }, (_, index) => ({
    seconds: 1,
    counts: [
      [10, 99 + ((index * index) % 11)],
      [slowUs, 2],
    ],
  }));
}

test('holds the ratio of two runs whose windows are much alike', () => {
  const interval = withinRunsInterval(windows(30, 100), windows(30, 200), p99, 0.95);
  expect(interval.low).toBeCloseTo(Math.log(2), 6);
  expect(interval.high).toBeCloseTo(Math.log(2), 6);
  const rates = withinRunsInterval(windows(30, 100), windows(30, 200), rate, 0.95);
  expect(rates.low).toBeLessThan(0);
  expect(rates.high).toBeGreaterThan(0);
  expect(rates.high - rates.low).toBeLessThan(0.05);
});

test('says nothing of runs with few windows, or of what windows do not tell', () => {
  expect(withinRunsInterval(windows(5, 1), windows(30, 1), p99, 0.95).high).toBe(Number.POSITIVE_INFINITY);
  const errors = parseMetric('errors') as Metric;
  expect(withinRunsInterval(windows(30, 1), windows(30, 1), errors, 0.95).low).toBe(Number.NEGATIVE_INFINITY);
});
