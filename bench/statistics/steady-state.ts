// Was the run in a steady state? Throughput and median response time of the windows of the measured phase are tested
// for a trend. A trend counts when it is both significant and large: over hours, the smallest drift is significant,
// and in a short run, chance alone looks large.
import type { SteadyState, Trend } from '../../results/schema.js';
import { mannKendall } from './mann-kendall.js';

export const steadyStateTest = 'Mann-Kendall trend test with the Theil-Sen slope';
const significance = 0.01;
/** Changes over the measured phase that matter, as shares of the median over the windows. */
const throughputChangeMin = 0.1;
const latencyChangeMin = 0.5;
/** A smaller change of the median response time is below what a machine's own rhythm does. */
const latencyChangeMsMin = 0.1;
const windowsMin = 10;
/** Windows that are tested, taken evenly from all: enough for the test, and less alike than neighbours are. */
const windowsTestedMax = 200;

export interface WindowFigures {
  opsPerSecond: number;
  /** null for a window without a success. */
  medianMs: number | null;
}

export interface SteadyStateInput {
  windows: readonly WindowFigures[];
  /** The load was meant to be the same all the time. */
  isConstant: boolean;
}

export function steadyStateOf({ windows, isConstant }: SteadyStateInput): SteadyState {
  const base = { test: steadyStateTest, windows: windows.length, throughput: null, medianResponseTime: null };
  if (!isConstant) return { ...base, notTested: 'the offered rate was not meant to be steady' };
  if (windows.length < windowsMin) {
    const notTested = `${windows.length} complete windows are too few for the test, which needs ${windowsMin}`;
    return { ...base, notTested };
  }
  const tested = thinned(windows);
  const medians = tested.flatMap(({ medianMs }) => (medianMs === null ? [] : [medianMs]));
  return {
    ...base,
    throughput: trendOf(
      tested.map(({ opsPerSecond }) => opsPerSecond),
      throughputChangeMin,
      0,
    ),
    medianResponseTime:
      medians.length < windowsMin ? null : trendOf(medians, latencyChangeMin, latencyChangeMsMin),
    notTested: null,
  };
}

function trendOf(values: readonly number[], relativeMin: number, absoluteMin: number): Trend {
  const { pValue, slope } = mannKendall(values);
  const change = slope * (values.length - 1);
  const middle = [...values].sort((a, b) => a - b)[values.length >> 1]!;
  const relativeChange = middle === 0 ? 0 : change / middle;
  const isTrend =
    pValue < significance && Math.abs(relativeChange) > relativeMin && Math.abs(change) > absoluteMin;
  return { pValue, relativeChange, isTrend };
}

function thinned(windows: readonly WindowFigures[]): WindowFigures[] {
  const count = Math.min(windows.length, windowsTestedMax);
  return Array.from({ length: count }, (_, i) => windows[Math.floor((i * windows.length) / count)]!);
}
