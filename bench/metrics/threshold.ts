// Thresholds: what a run must keep, as `get.p99 < 5ms`, `errors < 0.1%`, `put.rate > 10000`. A threshold on
// something that has no sample has failed: a run that measured nothing must not pass.
import type { Results, ThresholdOutcome } from '../../results/schema.js';
import { formatMetric, type Metric, type MetricUnit, metricValue, parseMetric, unitOf } from './metric.js';

export interface Threshold {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  readonly comparison: Comparison;
  /** In the metric's own unit: ops/s, a share from 0 to 1, milliseconds. */
  readonly bound: number;
}

type Comparison = '<' | '<=' | '>' | '>=';

const shape = /^\s*(\S.*?)\s*(<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)?)\s*(%|us|µs|ms|s|ops\/s|\/s|k|K)?\s*$/;
const example = 'for example "get.p99 < 5ms", "errors < 0.1%" or "put.rate > 10000"';

/** Units that may stand behind a bound, and what they multiply it by. */
const factors: Readonly<Record<MetricUnit, Readonly<Record<string, number>>>> = {
  ms: { us: 0.001, µs: 0.001, ms: 1, s: 1000 },
  share: { '%': 0.01 },
  'ops/s': { '': 1, '/s': 1, 'ops/s': 1, k: 1000, K: 1000 },
};

/** The threshold that a text states, or a sentence that says what is wrong with it. */
export function parseThreshold(text: string): Threshold | string {
  const match = shape.exec(text);
  if (match === null) return `"${text}" is no threshold; ${example}`;
  const [, name = '', comparison, number, suffix = ''] = match;
  const metric = parseMetric(name);
  if (typeof metric === 'string') return metric;
  const unit = unitOf(metric.statistic);
  const factor = factors[unit][suffix];
  if (factor === undefined) {
    const units = Object.keys(factors[unit]).filter((known) => known !== '');
    const given = suffix === '' ? 'has no unit' : `has the unit "${suffix}"`;
    return `"${text}": the bound of ${metric.name} ${given}; write one of ${units.join(', ')}`;
  }
  return { text: text.trim(), metric, comparison: comparison as Comparison, bound: Number(number) * factor };
}

/** The results with the outcome of each threshold beside them. */
export function withThresholds(results: Results, thresholds: readonly Threshold[]): Results {
  return { ...results, thresholds: thresholds.map((threshold) => checkThreshold(results, threshold)) };
}

export function checkThreshold(results: Results, threshold: Threshold): ThresholdOutcome {
  const { metric, text } = threshold;
  const value = metricValue(results, metric);
  if (typeof value === 'string') return { threshold: text, passed: false, value: null, measured: value };
  if (value === undefined)
    return { threshold: text, passed: false, value: null, measured: 'nothing was measured' };
  return {
    threshold: text,
    passed: holds(value, threshold),
    value,
    measured: formatMetric(value, metric.statistic),
  };
}

function holds(value: number, { comparison, bound }: Threshold): boolean {
  switch (comparison) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}
