// percentiles.csv: the whole run's latencies percentile by percentile, of the measured phase alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { type PercentileRow, percentileColumns } from '../../results/percentile-row.js';

export function writePercentilesFile(folder: string, rows: readonly PercentileRow[]): void {
  const fields = rows.map(({ operation, time, percentile, us, count }) => [
    operation,
    time,
    String(Number(percentile.toFixed(9))),
    String(Number(us.toFixed(3))),
    count,
  ]);
  writeFileSync(join(folder, 'percentiles.csv'), stringify([[...percentileColumns], ...fields]));
}
