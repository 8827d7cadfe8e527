// From files to files: reads the tables of a run, draws them, writes PNGs. The only place of charts that
// touches a user's files.
import { basename, join, resolve } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { type OperationTable, type RunTables, readRun, readTablesBeside } from '../results/read-run.js';
import { fileLabel } from '../results/schema.js';
import { latencyChart } from './latency-chart.js';
import { offeredRate, weightShare } from './offered-rate.js';
import type { OperationSubject } from './operation-chart.js';
import type { Figure } from './report/inline-svg.js';
import { reportHtml } from './report/report-html.js';
import { spectrumChart } from './spectrum-chart.js';
import { summaryChart } from './summary-chart.js';
import { throughputChart } from './throughput-chart.js';
import { svgToPng, toPng } from './to-png.js';
import { toSvg } from './to-svg.js';
import { writeAtomically } from './write-atomically.js';

const reportName = 'report.html';

export interface DrawRunOptions {
  /** Called with the file name of each chart before it is drawn. */
  onChart?(name: string): void;
}

interface NamedChart {
  name: string;
  /** What it shows, for the report. */
  title: string;
  /** undefined: of all operations. */
  operation?: string;
  spec: TopLevelSpec;
}

/**
 * Draws every chart of the run folder into it and gives their paths: `latency_<label>.png`,
 * `throughput_<label>.png` and `percentiles_<label>.png` of every operation, `summary.png`, and `report.html`, which
 * holds them all. Throws RunFileError or ChartError.
 */
export async function drawRun(directory: string, options: DrawRunOptions = {}): Promise<string[]> {
  const run = await readRun(directory);
  const paths: string[] = [];
  const drawn: (Omit<NamedChart, 'spec'> & Figure)[] = [];
  for (const { spec, ...chart } of chartsOf(run)) {
    options.onChart?.(chart.name);
    const svg = await toSvg(spec);
    drawn.push({ ...chart, svg });
    paths.push(await write(await svgToPng(svg), join(directory, chart.name)));
  }
  options.onChart?.(reportName);
  const operations = run.operations.map(({ name }) => ({
    name,
    figures: drawn.filter(({ operation }) => operation === name),
  }));
  const report = reportHtml(run, { summary: drawn.at(-1)!, operations });
  paths.push(await write(Buffer.from(report), join(directory, reportName)));
  return paths;
}

/** Draws `summary.png` of the run folder at `pngPath`. */
export async function drawSummary(directory: string, pngPath: string): Promise<string> {
  return draw(summaryChart(await readRun(directory)), pngPath);
}

/** Draws the latency of one operation from its `_latencies.csv`; results.json beside it is read when there. */
export async function drawLatency(csvPath: string, pngPath: string, operation: string): Promise<string> {
  return draw(latencyChart(await readSubject(csvPath, operation)), pngPath);
}

/** Draws the throughput of one operation from its `_latencies.csv`; results.json beside it is read when there. */
export async function drawThroughput(csvPath: string, pngPath: string, operation: string): Promise<string> {
  return draw(throughputChart(await readSubject(csvPath, operation)), pngPath);
}

/** One spec at a time, because the specs of a long run are large. */
function* chartsOf(run: RunTables): Generator<NamedChart> {
  for (const operation of run.operations) {
    const { name, label } = operation;
    const subject = subjectOf(run, operation);
    const of = (what: string, spec: TopLevelSpec): NamedChart => ({
      name: `${what}_${label}.png`,
      title: `${what} of ${name}`,
      operation: name,
      spec,
    });
    yield of('latency', latencyChart(subject));
    yield of('throughput', throughputChart(subject));
    const percentiles = run.percentiles?.filter((row) => row.operation === name);
    if (percentiles !== undefined)
      yield of('percentiles', spectrumChart({ operation: name, percentiles, results: run.results }));
  }
  yield { name: 'summary.png', title: 'summary of all operations', spec: summaryChart(run) };
}

/** What the charts of one operation show, from its own tables and those of the run. */
function subjectOf(
  { results, violations, schedule }: Pick<RunTables, 'results' | 'violations' | 'schedule'>,
  { name, rows, service }: Omit<OperationTable, 'label'>,
): OperationSubject {
  const isOpen = results?.config.mode === 'rate';
  const share = weightShare(results, name);
  return {
    operation: name,
    rows,
    results,
    ...(isOpen && service && { service }),
    ...(schedule && share !== undefined && { offered: offeredRate(schedule, share) }),
    ...(violations && { violations }),
  };
}

async function readSubject(csvPath: string, operation: string): Promise<OperationSubject> {
  const label = basename(csvPath).replace(/_latencies\.csv$/, '');
  const tables = await readTablesBeside(csvPath);
  const named = tables.results?.config.operations.find(({ name }) => fileLabel(name) === label);
  return { ...subjectOf(tables, { ...tables, name: named?.name ?? operation }), operation };
}

async function draw(spec: TopLevelSpec, pngPath: string): Promise<string> {
  return write(await toPng(spec), pngPath);
}

async function write(bytes: Buffer, path: string): Promise<string> {
  await writeAtomically(resolve(path), bytes);
  return path;
}
