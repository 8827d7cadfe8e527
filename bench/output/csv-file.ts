// A CSV file that rows are appended to. Rows are formatted by csv-stringify and are in the file when `append`
// returns, so that a run that is killed leaves whole rows.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';

export class CsvFile {
  readonly #file: number;

  /** Creates the file with its header; separator is comma and space, lines end in LF, as basho_bench wrote them. */
  constructor(path: string, columns: readonly string[]) {
    this.#file = openSync(path, 'wx');
    this.append([columns]);
  }

  append(rows: readonly (readonly (string | number)[])[]): void {
    if (rows.length === 0) return;
    // A string in a row goes out as it is: numbers with a fixed number of decimals are given as strings.
    // writeSync may stop short; this one goes on from where it stood until everything is written.
    writeFileSync(
      this.#file,
      stringify(rows as (string | number)[][], { delimiter: ', ', record_delimiter: '\n', quote: false }),
    );
  }

  close(): void {
    closeSync(this.#file);
  }
}
