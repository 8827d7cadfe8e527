// A made-up run for tests: two operations, a warm-up, a stall in which nothing succeeds, and the slow window
// after it. Every number is a function of the row, so that pictures of it can be compared byte by byte.

import type { PercentileRow } from '../../results/percentile-row.js';
import type { OperationTable, RunTables } from '../../results/read-run.js';
import {
  type LatencyRow,
  type Results,
  resultsSchema,
  type ScheduleRow,
  type SummaryRow,
} from '../../results/schema.js';
import type { ViolationRow } from '../../results/violation-row.js';

const stall = { from: 5, to: 7 } as const;

/** A window of 1 s that ended at `elapsedSeconds`; `n` = 0 has zeros, as writers leave them. */
export function latencyRow(elapsedSeconds: number, changes: Partial<LatencyRow> = {}): LatencyRow {
  const row = {
    elapsedSeconds,
    windowSeconds: 1,
    n: 1_000,
    minUs: 90,
    meanUs: 240.5,
    medianUs: 200,
    p95Us: 410,
    p99Us: 900,
    p999Us: 2_100,
    maxUs: 4_300,
    errors: 0,
    ...changes,
  };
  if (row.n > 0) return row;
  return { ...row, minUs: 0, meanUs: 0, medianUs: 0, p95Us: 0, p99Us: 0, p999Us: 0, maxUs: 0 };
}

/** An open loop that was due 5,000 a second, whatever the store did. */
export function scheduleRows(windows = 12): ScheduleRow[] {
  return Array.from({ length: windows }, (_, i) => ({
    elapsedSeconds: i + 1,
    windowSeconds: 1,
    offered: 5_000,
    dropped: 0,
    backlog: 0,
    limitedShare: 0,
    lagMedianUs: 10,
    lagP99Us: 20,
    lagMaxUs: 30,
  }));
}

export function operationTable(name: string, slowness: number, windows = 12): OperationTable {
  const rows = Array.from({ length: windows }, (_, i) => {
    if (i >= stall.from && i < stall.to) return latencyRow(i + 1, { n: 0, errors: 150 });
    const factor = slowness * (1 + ((i * 7) % 5) / 20) * (i === stall.to ? 40 : 1);
    return latencyRow(i + 1, {
      n: Math.round(4_000 / slowness) + ((i * 37) % 11) * 10,
      medianUs: Math.round(200 * slowness),
      meanUs: 230.5 * slowness,
      p95Us: Math.round(410 * factor),
      p99Us: Math.round(900 * factor),
      p999Us: Math.round(2_100 * factor),
      maxUs: Math.round(4_300 * factor),
    });
  });
  return { name, label: name.replace(/[^0-9A-Za-z]/g, '-'), rows };
}

export function summaryOf(operations: readonly OperationTable[]): SummaryRow[] {
  const windows = operations[0]?.rows ?? [];
  return windows.map(({ elapsedSeconds, windowSeconds }, i) => {
    const successful = operations.reduce((sum, { rows }) => sum + (rows[i]?.n ?? 0), 0);
    const failed = operations.reduce((sum, { rows }) => sum + (rows[i]?.errors ?? 0), 0);
    return { elapsedSeconds, windowSeconds, total: successful + failed, successful, failed };
  });
}

export function sampleResults(changes: Partial<Pick<Results, 'verdict' | 'annotations'>> = {}): Results {
  const statistics = {
    ok: 1,
    missing: 0,
    failed: 0,
    units: 1,
    opsPerSecond: 1,
    responseTimeMs: null,
    serviceTimeMs: null,
  };
  return resultsSchema.parse({
    schemaVersion: 1,
    run: {
      id: '20240501-sample',
      startedAt: '2024-05-01T10:00:00Z',
      plannedSeconds: 12,
      measuredSeconds: 12,
      end: 'completed',
    },
    config: {
      driver: 'rkv',
      mode: 'max',
      concurrentWorkers: 16,
      threads: 2,
      connections: 'shared',
      operations: [
        { name: 'get', weight: 2 },
        { name: 'get_own_puts', weight: 1 },
      ],
      keyGenerator: ['uniform_int', 100_000],
      valueGenerator: ['fixed_bin', 100],
      randomAlgorithm: 'exsss',
      randomSeed: [1, 4, 3],
      reportIntervalSeconds: 1,
      driverOptions: {},
    },
    target: { description: 'a cluster of three nodes', endpoints: [] },
    versions: { rkv: '0.1.0', node: 'v20.20.0' },
    machine: { cpu: 'x', cpus: 2, memoryBytes: 1, os: 'x' },
    verdict: { kind: 'VALID', reasons: [] },
    total: statistics,
    operations: { get: statistics, get_own_puts: statistics },
    errors: [],
    generator: {
      cpuUsPerOp: 1,
      loadThreadUtilization: 0.5,
      scheduleLagMs: null,
      rssBytesMax: 1,
      rssBytesEarly: 1,
      rssBytesEnd: 1,
    },
    annotations: [
      { kind: 'warm-up', label: 'warm-up', fromSeconds: 0, toSeconds: 2 },
      { kind: 'fault', label: 'kill node2', fromSeconds: 5, toSeconds: 7 },
    ],
    ...changes,
  });
}

/** A spectrum of `samples` latencies that grow tenfold with every tenth of what is left above. */
export function sampleSpectrum(
  operation: string,
  time: PercentileRow['time'],
  { fromUs, samples }: { fromUs: number; samples: number },
): PercentileRow[] {
  const rows: PercentileRow[] = [];
  for (let left = 1; left * samples >= 1; left /= 2) {
    const us = Math.round(fromUs / left ** 0.5);
    rows.push({ operation, time, percentile: 100 * (1 - left), us, count: Math.ceil(samples * (1 - left)) });
  }
  return [...rows, { operation, time, percentile: 100, us: rows.at(-1)!.us + 500, count: samples }];
}

/** Of a run of 12 s; the last one was found by the audit after its end. */
export const sampleViolations: readonly ViolationRow[] = [
  { seconds: 5.2, kind: 'read-your-writes', key: '7', detail: 'older' },
  { seconds: 6.9, kind: 'monotonic-reads', key: '8', detail: 'older' },
  { seconds: 12.4, kind: 'lost-write', key: '9', detail: 'gone' },
];

export function sampleRun(): RunTables {
  const operations = [operationTable('get', 1), operationTable('get_own_puts', 3)];
  return {
    directory: 'results/current',
    summary: summaryOf(operations),
    operations,
    results: sampleResults(),
  };
}
