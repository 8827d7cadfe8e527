// measurements.csv: what was measured of the generator, the machine and the servers while the run went on, a row per
// value. Kept apart from the operations: none of it is an operation, and none of it is in their totals.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { measurementColumns } from '../../results/schema.js';

export interface Measurement {
  elapsedSeconds: number;
  /** `generator`, `machine`, `load-thread-1`, or the address of a server's metrics. */
  source: string;
  metric: string;
  unit: string;
  value: number;
}

export class MeasurementsFile {
  readonly #file: number;

  constructor(folder: string) {
    this.#file = openSync(join(folder, 'measurements.csv'), 'wx');
    this.#write([[...measurementColumns]]);
  }

  append(measurements: readonly Measurement[]): void {
    this.#write(
      measurements.map(({ elapsedSeconds, source, metric, unit, value }) => [
        elapsedSeconds.toFixed(3),
        source,
        metric,
        unit,
        String(Number(value.toPrecision(6))),
      ]),
    );
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Names of a server's metrics have commas and quotes in them; those fields are quoted. */
  #write(rows: string[][]): void {
    if (rows.length > 0) writeFileSync(this.#file, stringify(rows, { record_delimiter: '\n' }));
  }
}
