// errors.csv: how often each operation failed for each reason, so far. It is written anew, whole, whenever a
// window with errors is complete. The reason is written as basho_bench names it: {{label,op},reason}.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { ErrorCount } from '../../results/schema.js';

export function writeErrorsFile(folder: string, errors: readonly ErrorCount[]): void {
  const rows = errors.map(({ operation, code, count }) => [
    `{{${operation},${operation}},${code}}`,
    String(count),
  ]);
  const text = stringify([['error', 'count'], ...rows], { quoted: true, record_delimiter: '\n' });
  const path = join(folder, 'errors.csv');
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
