// errors.csv: how often each operation failed for each reason, so far. It is written anew, whole, whenever a
// window with errors is complete. The reason is written as basho_bench names it: {{label,op},reason}.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { ErrorCount } from '../../results/schema.js';

export function writeErrorsFile(folder: string, errors: readonly ErrorCount[]): void {
  // Definite and indefinite failures of one code are one reason here, as there is no column to tell them apart.
  const counts = new Map<string, number>();
  for (const { operation, code, count } of errors) {
    const reason = `{{${operation},${operation}},${code}}`;
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  const rows = [...counts].map(([reason, count]) => [reason, String(count)]);
  const text = stringify([['error', 'count'], ...rows], { quoted: true, record_delimiter: '\n' });
  const path = join(folder, 'errors.csv');
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
