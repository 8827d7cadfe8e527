// violations.csv: what a verified run has found, the first ones of each kind, in the order of their times.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { violationColumns } from '../../results/schema.js';

export interface ViolationLine {
  readonly kind: string;
  readonly key: string;
  readonly atSeconds: number;
  readonly detail: string;
}

export function writeViolationsFile(folder: string, violations: readonly ViolationLine[]): void {
  const rows = violations.map(({ kind, key, atSeconds, detail }) => [
    atSeconds.toFixed(6),
    kind,
    key,
    detail,
  ]);
  writeFileSync(join(folder, 'violations.csv'), stringify([[...violationColumns], ...rows]));
}
