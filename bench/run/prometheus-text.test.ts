import { expect, test } from 'vitest';
import { parsePrometheusText } from './prometheus-text.js';

test('samples are read with their labels, whatever stands in them', () => {
  const text = [
    '# HELP requests_total Requests.',
    '# TYPE requests_total counter',
    'requests_total{method="get",path="/a{b}"} 12',
    'requests_total{method="say \\"hi\\""} 3 1700000000000',
    'up 1',
    'temperature -2.5e-3',
    'node:load:avg1 0.5  ',
    '',
  ].join('\n');
  expect(parsePrometheusText(text, 100)).toEqual([
    { series: 'requests_total{method="get",path="/a{b}"}', value: 12 },
    { series: 'requests_total{method="say \\"hi\\""}', value: 3 },
    { series: 'up', value: 1 },
    { series: 'temperature', value: -0.0025 },
    { series: 'node:load:avg1', value: 0.5 },
  ]);
});

test('buckets, values that are no number, and what is no sample are left out; no more than asked for are read', () => {
  const text = 'a_bucket{le="1"} 4\na_sum 3\nb NaN\nc +Inf\n9x 1\nd\ne{f="} 1\ng 2\nh 3';
  expect(parsePrometheusText(text, 2)).toEqual([
    { series: 'a_sum', value: 3 },
    { series: 'g', value: 2 },
  ]);
  expect(parsePrometheusText('<html>not found</html>', 10)).toEqual([]);
});
