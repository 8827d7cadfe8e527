// faults.csv: a row per fault of the run, with what it did to the load. An empty field is something that was not seen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { type FaultReport, faultColumns } from '../../results/schema.js';

/** Writes nothing for a run without faults. */
export function writeFaultsFile(folder: string, faults: readonly FaultReport[]): void {
  if (faults.length === 0) return;
  const rows = faults.map(({ label, kind, target, state, fromSeconds, toSeconds, effect }) => [
    label,
    kind,
    target.join(' '),
    state,
    fixed(fromSeconds, 3),
    fixed(toSeconds, 3),
    fixed(effect?.beforePerSecond, 1),
    fixed(effect?.lowestPerSecond, 1),
    fixed(effect?.depth, 4),
    effect === null ? '' : String(effect.errors),
    fixed(effect?.firstErrorSeconds, 3),
    fixed(effect?.worstLatencyMs, 3),
    fixed(effect?.backSeconds, 3),
  ]);
  writeFileSync(join(folder, 'faults.csv'), stringify([[...faultColumns], ...rows]));
}

function fixed(value: number | null | undefined, digits: number): string {
  return value == null ? '' : value.toFixed(digits);
}
