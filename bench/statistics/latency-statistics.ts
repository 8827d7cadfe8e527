// From a histogram to the numbers that are printed: a window's row, and the statistics of a whole run.
// Percentiles come from hdr-histogram-js, never from averaging; minimum, mean and maximum are exact.
import type { LatencyRow, LatencyStatistics } from '../../results/schema.js';
import type { LatencyHistogram } from './latency-histogram.js';

/** Whole-run statistics in milliseconds; null when there is no sample. */
export function latencyStatistics(histogram: LatencyHistogram): LatencyStatistics | null {
  if (histogram.count === 0) return null;
  const folded = histogram.fold();
  // A bucket's upper end may lie above the largest sample in it.
  const percentileMs = (percentile: number): number => {
    const us = folded.getValueAtPercentile(percentile);
    return Math.min(Math.max(us, histogram.minUs), histogram.maxUs) / 1000;
  };
  return {
    count: histogram.count,
    min: histogram.minUs / 1000,
    mean: histogram.meanUs / 1000,
    p50: percentileMs(50),
    p95: percentileMs(95),
    p99: percentileMs(99),
    p999: percentileMs(99.9),
    p9999: percentileMs(99.99),
    max: histogram.maxUs / 1000,
  };
}

/** A row of <op>_latencies.csv, in microseconds; zeros when there is no sample, as basho_bench writes them. */
export function latencyRow(
  histogram: LatencyHistogram,
  window: Pick<LatencyRow, 'elapsedSeconds' | 'windowSeconds' | 'n' | 'errors'>,
): LatencyRow {
  if (histogram.count === 0) {
    return { ...window, minUs: 0, meanUs: 0, medianUs: 0, p95Us: 0, p99Us: 0, p999Us: 0, maxUs: 0 };
  }
  const folded = histogram.fold();
  const maxUs = Math.round(histogram.maxUs);
  const percentileUs = (percentile: number): number =>
    Math.min(folded.getValueAtPercentile(percentile), maxUs);
  return {
    ...window,
    minUs: Math.round(histogram.minUs),
    meanUs: histogram.meanUs,
    medianUs: percentileUs(50),
    p95Us: percentileUs(95),
    p99Us: percentileUs(99),
    p999Us: percentileUs(99.9),
    maxUs,
  };
}
