// percentiles.csv as data: the whole run's latencies, percentile by percentile, the measured phase alone. One row per
// step of the spectrum, as HdrHistogram's percentile iterator takes them: ever finer towards 100.
import { numberIn, parseQuotedTable } from './parse-quoted-table.js';
import { RunFileError } from './run-file-error.js';

export const latencyTimes = ['response', 'service'] as const;
export type LatencyTime = (typeof latencyTimes)[number];

export const percentileColumns = ['operation', 'time', 'percentile', 'us', 'count'] as const;

export interface PercentileRow {
  operation: string;
  time: LatencyTime;
  /** 0 to 100; the last row of an operation is 100, its maximum. */
  percentile: number;
  us: number;
  /** Samples up to here. */
  count: number;
}

/** Throws RunFileError where the text is not as a run writes it. */
export function parsePercentiles(text: string, path: string): PercentileRow[] {
  return parseQuotedTable(text, percentileColumns, path).map((row) => {
    const time = latencyTimes.find((known) => known === row.time);
    if (time === undefined)
      throw new RunFileError({ path }, `"${row.time}" in column time is neither response nor service`);
    return {
      operation: row.operation,
      time,
      percentile: numberIn(row, 'percentile', path),
      us: numberIn(row, 'us', path),
      count: numberIn(row, 'count', path),
    };
  });
}
