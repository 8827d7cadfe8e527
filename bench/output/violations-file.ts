// violations.csv: what a verified run has found, the first ones of each kind, in the order of their times.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { violationColumns } from '../../results/schema.js';
import type { Violation } from '../verify/index.js';

export function writeViolationsFile(folder: string, violations: readonly Violation[]): void {
  const rows = violations.map(({ kind, key, atSeconds, detail }) => [
    atSeconds.toFixed(6),
    kind,
    String(key),
    detail,
  ]);
  writeFileSync(join(folder, 'violations.csv'), stringify([[...violationColumns], ...rows]));
}
