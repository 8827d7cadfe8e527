// Reads a run folder into tables: summary.csv, every <label>_latencies.csv, and results.json when there is
// one (folders that basho_bench wrote have none). Numbers are taken over as they stand; nothing is computed.
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { parseTable } from './parse-table.js';
import { type PercentileRow, parsePercentiles } from './percentile-row.js';
import { RunFileError } from './run-file-error.js';
import {
  fileLabel,
  type LatencyRow,
  latencyColumns,
  type Results,
  resultsSchema,
  type ScheduleRow,
  type SummaryRow,
  scheduleColumns,
  summaryColumns,
} from './schema.js';
import { parseViolations, type ViolationRow } from './violation-row.js';

/** `label` is the operation's name in file names; `name` is the operation itself where results.json tells. */
export interface OperationTable {
  name: string;
  label: string;
  rows: LatencyRow[];
  /** Service times in the same windows; absent where none were written. */
  service?: LatencyRow[];
}

/** `operations` in the order of results.json, those that it does not name behind them by label. */
export interface RunTables {
  directory: string;
  summary: SummaryRow[];
  /** Absent for a closed loop. */
  schedule?: ScheduleRow[];
  operations: OperationTable[];
  /** Absent where nothing was verified. */
  violations?: ViolationRow[];
  /** Of all operations; absent in folders of before there were any. */
  percentiles?: PercentileRow[];
  results: Results | null;
}

const latenciesSuffix = '_latencies.csv';
const serviceSuffix = '_service.csv';

/** Throws RunFileError when the folder is not a run folder or one of its files is damaged. */
export async function readRun(directory: string): Promise<RunTables> {
  const names = await listFolder(directory);
  if (!names.includes('summary.csv')) {
    throw new RunFileError({ path: directory }, 'not a run folder, which must contain summary.csv');
  }
  const optional = optionalOf(directory, names);
  const results = (await optional('results.json', readResults)) ?? null;
  const summary = await readSummary(join(directory, 'summary.csv'));
  const labels = names
    .filter((name) => name.endsWith(latenciesSuffix))
    .map((name) => name.slice(0, -latenciesSuffix.length));
  const operations: OperationTable[] = [];
  for (const { name, label } of nameOperations(labels, results)) {
    const rows = await readLatencies(join(directory, label + latenciesSuffix));
    const service = await optional(label + serviceSuffix, readLatencies);
    operations.push({ name, label, rows, ...(service && { service }) });
  }
  const schedule = await optional('schedule.csv', readSchedule);
  const violations = await optional('violations.csv', readViolations);
  const percentiles = await optional('percentiles.csv', readPercentiles);
  return {
    directory,
    summary,
    ...(schedule && { schedule }),
    operations,
    ...(violations && { violations }),
    ...(percentiles && { percentiles }),
    results,
  };
}

export async function readSummary(path: string): Promise<SummaryRow[]> {
  const rows = parseTable(await readText(path), summaryColumns, path);
  return rows.map((row) => ({
    elapsedSeconds: row.elapsed,
    windowSeconds: row.window,
    total: row.total,
    successful: row.successful,
    failed: row.failed,
  }));
}

export async function readLatencies(path: string): Promise<LatencyRow[]> {
  const rows = parseTable(await readText(path), latencyColumns, path);
  return rows.map((row) => ({
    elapsedSeconds: row.elapsed,
    windowSeconds: row.window,
    n: row.n,
    minUs: row.min,
    meanUs: row.mean,
    medianUs: row.median,
    p95Us: row['95th'],
    p99Us: row['99th'],
    p999Us: row['99_9th'],
    maxUs: row.max,
    errors: row.errors,
  }));
}

export async function readSchedule(path: string): Promise<ScheduleRow[]> {
  const rows = parseTable(await readText(path), scheduleColumns, path);
  return rows.map((row) => ({
    elapsedSeconds: row.elapsed,
    windowSeconds: row.window,
    offered: row.offered,
    dropped: row.dropped,
    backlog: row.backlog,
    limitedShare: row.limited,
    lagMedianUs: row.lag_median,
    lagP99Us: row.lag_99th,
    lagMaxUs: row.lag_max,
  }));
}

export async function readViolations(path: string): Promise<ViolationRow[]> {
  return parseViolations(await readText(path), path);
}

export async function readPercentiles(path: string): Promise<PercentileRow[]> {
  return parsePercentiles(await readText(path), path);
}

export async function readResults(path: string): Promise<Results> {
  const text = await readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RunFileError({ path }, 'not JSON, as results.json of a run must be', error);
  }
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const key = first === undefined || first.path.length === 0 ? 'the file' : z.core.toDotPath(first.path);
  throw new RunFileError(
    { path },
    `${key} is not as this version of rkv writes it: ${first?.message}`,
    parsed.error,
  );
}

/** What a run folder holds beside one `<label>_latencies.csv`; the parts that are not there are absent. */
export interface TablesBeside {
  rows: LatencyRow[];
  service?: LatencyRow[];
  schedule?: ScheduleRow[];
  violations?: ViolationRow[];
  results: Results | null;
}

export async function readTablesBeside(csvPath: string): Promise<TablesBeside> {
  const directory = dirname(csvPath);
  const names = await listFolder(directory);
  if (!names.includes(basename(csvPath))) throw new RunFileError({ path: csvPath }, 'no such file');
  const optional = optionalOf(directory, names);
  const serviceName = basename(csvPath).replace(latenciesSuffix, serviceSuffix);
  const service = serviceName === basename(csvPath) ? undefined : await optional(serviceName, readLatencies);
  const schedule = await optional('schedule.csv', readSchedule);
  const violations = await optional('violations.csv', readViolations);
  return {
    rows: await readLatencies(csvPath),
    ...(service && { service }),
    ...(schedule && { schedule }),
    ...(violations && { violations }),
    results: (await optional('results.json', readResults)) ?? null,
  };
}

/** Reads files of a folder where it has them. */
function optionalOf(directory: string, names: readonly string[]) {
  return async <Table>(name: string, read: (path: string) => Promise<Table>): Promise<Table | undefined> =>
    names.includes(name) ? read(join(directory, name)) : undefined;
}

function nameOperations(labels: string[], results: Results | null): { name: string; label: string }[] {
  const known = (results?.config.operations ?? []).map(({ name }) => ({ name, label: fileLabel(name) }));
  const drawn = known.filter(({ label }, index) => {
    const isFirst = known.findIndex((other) => other.label === label) === index;
    return isFirst && labels.includes(label);
  });
  const others = labels.filter((label) => !known.some((operation) => operation.label === label)).sort();
  return [...drawn, ...others.map((label) => ({ name: label, label }))];
}

async function listFolder(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw new RunFileError({ path: directory }, `${reasonOf(error)}, where a run folder was expected`, error);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new RunFileError({ path }, reasonOf(error), error);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'ENOTDIR') return 'not a folder';
  if (code === 'EISDIR') return 'a folder, not a file';
  if (code === 'EACCES') return 'may not be read by this user';
  return error instanceof Error ? error.message : String(error);
}
