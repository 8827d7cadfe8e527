// Compares the runs of two or more sides. All is done on logarithms, so that an effect is a ratio and "twice as
// slow" weighs as much as "twice as fast". Two things have to agree before a difference is called one: the
// permutation test, which bounds false alarms whatever the distribution, and the bootstrap interval. Pure.
import type { Results } from '../../results/schema.js';
import { isHigherBetter, type Metric, metricValue } from '../metrics/index.js';
import {
  differenceInterval,
  holm,
  type Interval,
  mean,
  meanInterval,
  relabelP,
  signFlipP,
} from '../statistics/index.js';
import type { Comparison, Design, Finding, MetricComparison, SideComparison } from './comparison.js';

export interface Side {
  readonly label: string;
  readonly runs: readonly Results[];
}

export interface CompareOptions {
  readonly design: Design;
  readonly metrics: readonly Metric[];
  readonly confidence: number;
  /** For the design `single`: the interval of log(b / a) from within the runs of the sides of these numbers. */
  withinRuns?(a: number, b: number, metric: Metric): Interval;
}

/** The first side is what the others are compared with. Throws a RangeError when a side has no run. */
export function compareSides(sides: readonly Side[], options: CompareOptions): Omit<Comparison, 'noise'> {
  const [baseline, ...others] = sides;
  if (baseline === undefined || sides.some(({ runs }) => runs.length === 0))
    throw new RangeError('each side needs a run at least');
  const cautions: string[] = sides.flatMap(runCautions);
  return {
    design: options.design,
    confidence: options.confidence,
    baseline: { label: baseline.label, runs: baseline.runs.length },
    sides: others.map((side, index) =>
      compareTwo(baseline, side, { ...options, index: index + 1 }, cautions),
    ),
    cautions,
  };
}

function compareTwo(
  a: Side,
  b: Side,
  options: CompareOptions & { index: number },
  cautions: string[],
): SideComparison {
  const raw = options.metrics.flatMap((metric) => {
    const [left, right] = [logs(a, metric, cautions), logs(b, metric, cautions)];
    if (left === undefined || right === undefined) return [];
    return [{ metric, left, right, ...differ(left, right, metric, options) }];
  });
  const adjusted = holm(raw.map(({ pValue }) => pValue));
  const metrics = raw.map(({ metric, left, right, interval }, index): MetricComparison => {
    const pValue = options.design === 'single' ? null : adjusted[index]!;
    const finding = findingOf(metric, { interval, pValue, level: 1 - options.confidence });
    return {
      metric: metric.name,
      a: Math.exp(mean(left)),
      b: Math.exp(mean(right)),
      effect: Math.expm1(mean(right) - mean(left)),
      interval: { low: Math.expm1(interval.low), high: Math.expm1(interval.high) },
      pValue,
      finding,
      bound:
        finding === 'no difference seen' ? boundOf(interval, resolution(metric, Math.exp(mean(left)))) : null,
    };
  });
  return { label: b.label, runs: b.runs.length, metrics };
}

/** The interval (of the logarithm of the ratio) and how likely chance alone is to differ as much. */
function differ(
  left: readonly number[],
  right: readonly number[],
  metric: Metric,
  { design, confidence, withinRuns, index }: CompareOptions & { index: number },
): { interval: Interval; pValue: number } {
  switch (design) {
    case 'pairs': {
      const differences = left.map((value, pair) => right[pair]! - value);
      return { interval: meanInterval(differences, { confidence }), pValue: signFlipP(differences) };
    }
    case 'groups':
      return { interval: differenceInterval(left, right, { confidence }), pValue: relabelP(left, right) };
    case 'single':
      return { interval: withinRuns?.(0, index, metric) ?? unbounded, pValue: 1 };
  }
}

const unbounded: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

function findingOf(
  metric: Metric,
  { interval, pValue, level }: { interval: Interval; pValue: number | null; level: number },
): Finding {
  if (pValue === null) return 'unknown';
  const isApart = interval.low > 0 || interval.high < 0;
  if (!isApart || pValue > level) return 'no difference seen';
  return interval.low > 0 === isHigherBetter(metric) ? 'better' : 'worse';
}

/** The largest effect that the interval holds, in either direction, and not less than a figure can show. */
function boundOf({ low, high }: Interval, least: number): number | null {
  const bound = Math.max(Math.abs(Math.expm1(low)), Math.abs(Math.expm1(high)), least);
  return Number.isFinite(bound) ? bound : null;
}

/** Percentiles come in steps of a microsecond or 0.1 %, whichever is more: a smaller difference has no figure. */
function resolution({ statistic }: Metric, valueMs: number): number {
  return statistic.startsWith('p') ? Math.max(0.001, 0.001 / valueMs) : 0;
}

/** The logarithms of a metric in each run; undefined, with a caution, where one of them has none. */
function logs({ label, runs }: Side, metric: Metric, cautions: string[]): number[] | undefined {
  const values: number[] = [];
  for (const run of runs) {
    const value = metricValue(run, metric);
    if (typeof value === 'number' && value > 0) {
      values.push(Math.log(value));
      continue;
    }
    const why = typeof value === 'string' ? value : `it is ${value ?? 'not there'} in run ${run.run.id}`;
    const caution = `${metric.name} of ${label} is not compared: ${why}`;
    if (!cautions.includes(caution)) cautions.push(caution);
    return undefined;
  }
  return values;
}

function runCautions({ label, runs }: Side): string[] {
  const cautions = runs
    .filter(({ verdict }) => verdict.kind !== 'VALID')
    .map(({ run, verdict }) => `run ${run.id} of ${label} is ${verdict.kind}: ${verdict.reasons.join('; ')}`);
  const failed = runs.reduce((sum, { total }) => sum + total.failed, 0);
  if (failed > 0) cautions.push(`${failed} operations of ${label} failed, and failures have no latency here`);
  return cautions;
}
