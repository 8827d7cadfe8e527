// Measures configurations against each other on this machine: first the noise (the first one against itself), then
// all of them in turn. Each run is a whole run, with files of its own; comparing the folders again later gives the
// same result.
import { basename, extname, join } from 'node:path';
import type { Results } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { formatMetric } from '../metrics/index.js';
import type { FoundDriver } from '../run/find-driver.js';
import { runBench } from '../run/run-bench.js';
import { turns } from './turns.js';

export interface MeasuredSide {
  /** The configuration's file. */
  readonly file: string;
  readonly plan: BenchPlan;
  readonly found: FoundDriver;
}

export interface MeasureOptions {
  readonly sides: readonly MeasuredSide[];
  /** Gets a folder for each side, and `noise`. */
  readonly folder: string;
  readonly pairs: number;
  readonly noisePairs: number;
  readonly signal: AbortSignal;
  note(line: string): void;
  /** Called when the noise has been measured, with its runs. */
  onNoise(runs: readonly Results[]): void;
}

export interface Measured {
  readonly label: string;
  readonly runs: readonly Results[];
}

/** Labels that tell the sides apart: the files' names without their ending, numbered where they are the same. */
export function sideLabels(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file, extname(file)).replace(/\.bench$/, ''));
  return names.map((name, index) =>
    names.indexOf(name) === names.lastIndexOf(name) && name !== 'noise' ? name : `${name}-${index + 1}`,
  );
}

/** Undefined when it was interrupted; the runs until then are in their folders. */
export async function measureSides(options: MeasureOptions): Promise<Measured[] | undefined> {
  const { sides, pairs, noisePairs, note } = options;
  const labels = sideLabels(sides.map(({ file }) => file));
  const noise: Results[] = [];
  const order = [
    ...Array.from({ length: noisePairs * 2 }, () => ({ side: 0, isNoise: true })),
    ...turns(sides.length, pairs).map((side) => ({ side, isNoise: false })),
  ];
  const measured = labels.map((label) => ({ label, runs: [] as Results[] }));
  for (const [index, { side, isNoise }] of order.entries()) {
    const name = isNoise ? `noise of ${labels[side]}` : labels[side]!;
    const results = await runOnce(sides[side]!, isNoise ? 'noise' : labels[side]!, options);
    if (results === undefined) return undefined;
    note(`${`${index + 1}`.padStart(3)}/${order.length}  ${name}: ${figures(results)}`);
    (isNoise ? noise : measured[side]!.runs).push(results);
    if (isNoise && noise.length === noisePairs * 2) options.onNoise(noise);
  }
  return measured;
}

function figures({ total }: Results): string {
  const rate = formatMetric(total.opsPerSecond, 'rate');
  return total.responseTimeMs === null
    ? rate
    : `${rate}, p99 ${formatMetric(total.responseTimeMs.p99, 'p99')}`;
}

async function runOnce(
  { plan, found }: MeasuredSide,
  name: string,
  { folder, signal }: MeasureOptions,
): Promise<Results | undefined> {
  const outcome = await runBench({
    plan: { ...plan, testDir: join(folder, name) },
    found,
    signal,
    note: () => {},
    live: undefined,
    charts: false,
  });
  return outcome === undefined || signal.aborted ? undefined : outcome.results;
}
