// Whatever rkv has left in a folder, drawn into it: a run, the trials of a search, the findings of a comparison.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { comparisonReportSchema } from '../results/comparison-report.js';
import { readRun } from '../results/read-run.js';
import { RunFileError } from '../results/run-file-error.js';
import { searchReportSchema } from '../results/search-report.js';
import { comparisonChart } from './comparison-chart.js';
import { type DrawRunOptions, drawRun } from './draw-run.js';
import { runsChart } from './runs-chart.js';
import { searchChart } from './search-chart.js';
import { toPng } from './to-png.js';
import { writeAtomically } from './write-atomically.js';

/** Gives the paths of what it drew. Throws RunFileError or ChartError. */
export async function drawFolder(directory: string, options: DrawRunOptions = {}): Promise<string[]> {
  if (existsSync(join(directory, 'search.json'))) {
    const search = await readJson(join(directory, 'search.json'), searchReportSchema);
    return [await write(searchChart(search), join(directory, 'search.png'))];
  }
  if (existsSync(join(directory, 'comparison.json'))) {
    const comparison = await readJson(join(directory, 'comparison.json'), comparisonReportSchema);
    return [await write(comparisonChart(comparison), join(directory, 'comparison.png'))];
  }
  return drawRun(directory, options);
}

/** Draws runs over each other at `pngPath`. */
export async function drawCompared(
  runs: readonly { directory: string; label: string }[],
  pngPath: string,
): Promise<string> {
  const read = await Promise.all(
    runs.map(async ({ directory, label }) => ({ label, run: await readRun(directory) })),
  );
  return write(runsChart(read), pngPath);
}

/** Draws what a comparison found at `pngPath`; `comparison` is what would stand in comparison.json. */
export async function drawComparison(comparison: unknown, pngPath: string): Promise<string> {
  // By way of JSON, which has no infinity.
  const parsed = comparisonReportSchema.parse(JSON.parse(JSON.stringify(comparison)));
  return write(comparisonChart(parsed), pngPath);
}

async function readJson<Shape>(path: string, schema: z.ZodType<Shape>): Promise<Shape> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new RunFileError({ path }, 'cannot be read as JSON', error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.path.length === 0 ? 'the file' : z.core.toDotPath(issue.path);
  throw new RunFileError(
    { path },
    `${key} is not as this version of rkv writes it: ${issue.message}`,
    parsed.error,
  );
}

async function write(spec: TopLevelSpec, path: string): Promise<string> {
  await writeAtomically(resolve(path), await toPng(spec));
  return path;
}
