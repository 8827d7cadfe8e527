// results.json: what the CSV files cannot hold. Written at the end, whole or not at all.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Results, resultsSchema } from '../../results/schema.js';

export async function writeResultsFile(folder: string, results: Results): Promise<void> {
  const path = join(folder, 'results.json');
  await writeFile(`${path}.new`, `${JSON.stringify(resultsSchema.parse(results), null, 2)}\n`);
  await rename(`${path}.new`, path);
}
