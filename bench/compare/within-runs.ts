// The interval of a difference from within one run of each side: the moving-block bootstrap (Künsch, The Jackknife
// and the Bootstrap for General Stationary Observations, 1989). Blocks of neighbouring windows are drawn, since a
// bad second is seldom alone. It says how well two runs are known, and nothing of how much runs differ. Pure.
import type { Metric } from '../metrics/index.js';
import { Xoshiro128 } from '../random/index.js';
import type { Interval } from '../statistics/index.js';
import type { RunWindow } from './run-windows.js';

const resamples = 400;
const percentiles: Readonly<Record<string, number>> = {
  p50: 0.5,
  p95: 0.95,
  p99: 0.99,
  p999: 0.999,
  p9999: 0.9999,
};

/** Of log(b / a). Unbounded for what windows do not tell: errors, extremes, and runs of fewer than eight windows. */
export function withinRunsInterval(
  a: readonly RunWindow[],
  b: readonly RunWindow[],
  metric: Metric,
  confidence: number,
): Interval {
  const isKnown =
    metric.statistic === 'rate' || metric.statistic === 'mean' || metric.statistic in percentiles;
  if (!isKnown || Math.min(a.length, b.length) < 8) return unbounded;
  const [left, right] = [resampler(a, metric, 1), resampler(b, metric, 2)];
  const ratios = Array.from({ length: resamples }, () => Math.log(right()) - Math.log(left()));
  ratios.sort((x, y) => x - y);
  const tail = Math.floor(((1 - confidence) / 2) * resamples);
  return { low: ratios[tail]!, high: ratios[resamples - 1 - tail]! };
}

const unbounded: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** Each call gives the metric of as many windows as there are, drawn in blocks. */
function resampler(windows: readonly RunWindow[], metric: Metric, seed: number): () => number {
  const values = [...new Set(windows.flatMap(({ counts }) => counts.map(([us]) => us)))].sort(
    (x, y) => x - y,
  );
  const place = new Map(values.map((us, index) => [us, index]));
  const rows = windows.map(({ counts }) => {
    const row = new Float64Array(values.length);
    for (const [us, count] of counts) row[place.get(us)!] = count;
    return row;
  });
  const random = new Xoshiro128([seed, windows.length, values.length]);
  const blockLength = Math.max(1, Math.round(windows.length ** (1 / 3)));
  return () => {
    const sums = new Float64Array(values.length);
    let seconds = 0;
    for (let drawn = 0; drawn < windows.length; ) {
      const from = Math.floor((random.next() / 2 ** 32) * windows.length);
      for (let i = 0; i < blockLength && drawn < windows.length; i++, drawn++) {
        const index = (from + i) % windows.length;
        seconds += windows[index]!.seconds;
        const row = rows[index]!;
        for (let value = 0; value < row.length; value++) sums[value]! += row[value]!;
      }
    }
    return statisticOf(metric, values, sums, seconds);
  };
}

function statisticOf(
  { statistic }: Metric,
  values: readonly number[],
  sums: Float64Array,
  seconds: number,
): number {
  const count = sums.reduce((total, one) => total + one, 0);
  if (statistic === 'rate') return count / seconds;
  if (statistic === 'mean')
    return sums.reduce((total, one, index) => total + one * values[index]!, 0) / count;
  const rank = Math.ceil(percentiles[statistic]! * count);
  let seen = 0;
  for (let index = 0; index < sums.length; index++) {
    seen += sums[index]!;
    if (seen >= rank) return values[index]!;
  }
  return values[values.length - 1]!;
}
