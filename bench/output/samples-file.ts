// <op>_single.csv: a row per successful operation, as the tutorial's tool wrote it. Opt-in, since it costs more
// than everything else that is written.
import { join } from 'node:path';
import { fileLabel } from '../../results/schema.js';
import { CsvFile } from './csv-file.js';

const columns = ['timestamp', 'unit', 'microseconds'];

export class SamplesFiles {
  readonly #files: CsvFile[];

  constructor(folder: string, operations: readonly string[]) {
    this.#files = operations.map(
      (operation) => new CsvFile(join(folder, `${fileLabel(operation)}_single.csv`), columns),
    );
  }

  /** Four numbers per sample: operation, completion (ms since 1970), units, microseconds. */
  append(samples: Float64Array): void {
    const rows = this.#files.map((): number[][] => []);
    for (let at = 0; at < samples.length; at += 4) {
      const elapsedUs = Math.round(samples[at + 3]!);
      rows[samples[at]!]!.push([Math.floor(samples[at + 1]!), samples[at + 2]!, elapsedUs]);
    }
    rows.forEach((some, index) => {
      this.#files[index]!.append(some);
    });
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}
