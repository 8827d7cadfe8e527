import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRun, readTablesBeside } from './read-run.js';
import { type Results, resultsSchema } from './schema.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rkv-read-run-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const summary = 'elapsed, window, total, successful, failed\n1.0, 1.0, 12, 10, 2\n';
const latencies =
  'elapsed, window, n, min, mean, median, 95th, 99th, 99_9th, max, errors\n1.0, 1.0, 10, 1, 2.5, 3, 4, 5, 6, 7, 2\n';

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}

const statistics = {
  ok: 10,
  missing: 0,
  failed: 2,
  units: 10,
  opsPerSecond: 10,
  responseTimeMs: null,
  serviceTimeMs: null,
};

function resultsOf(operations: string[]): Results {
  return resultsSchema.parse({
    schemaVersion: 1,
    run: {
      id: 'r1',
      startedAt: '2024-05-01T10:00:00Z',
      plannedSeconds: 1,
      measuredSeconds: 1,
      end: 'completed',
    },
    config: {
      driver: 'null',
      mode: 'max',
      concurrentWorkers: 2,
      threads: 1,
      connections: 'one per worker',
      operations: operations.map((name) => ({ name, weight: 1 })),
      keyGenerator: ['uniform_int', 100],
      valueGenerator: ['fixed_bin', 10],
      randomAlgorithm: 'exsss',
      randomSeed: [1, 4, 3],
      reportIntervalSeconds: 1,
      driverOptions: {},
    },
    target: { description: 'nothing', endpoints: [] },
    versions: { rkv: '0.1.0', node: 'v20' },
    machine: { cpu: 'x', cpus: 2, memoryBytes: 1, os: 'x' },
    verdict: { kind: 'VALID', reasons: [] },
    total: statistics,
    operations: Object.fromEntries(operations.map((name) => [name, statistics])),
    errors: [],
    generator: {
      cpuUsPerOp: 1,
      loadThreadUtilization: 0.5,
      scheduleLagMs: null,
      rssBytesMax: 1,
      rssBytesEarly: 1,
      rssBytesEnd: 1,
    },
    annotations: [],
  });
}

describe('readRun', () => {
  it('reads a folder that basho_bench wrote, which has no results.json', async () => {
    await write({ 'summary.csv': summary, 'put_latencies.csv': latencies, 'get_latencies.csv': latencies });
    const run = await readRun(directory);
    expect(run.results).toBeNull();
    expect(run.summary).toEqual([
      { elapsedSeconds: 1, windowSeconds: 1, total: 12, successful: 10, failed: 2 },
    ]);
    expect(run.operations.map(({ name }) => name)).toEqual(['get', 'put']);
    expect(run.operations[0]?.rows).toEqual([
      {
        elapsedSeconds: 1,
        windowSeconds: 1,
        n: 10,
        minUs: 1,
        meanUs: 2.5,
        medianUs: 3,
        p95Us: 4,
        p99Us: 5,
        p999Us: 6,
        maxUs: 7,
        errors: 2,
      },
    ]);
  });

  it('calls operations by their names in results.json and keeps its order', async () => {
    await write({
      'summary.csv': summary,
      'get-own-puts_latencies.csv': latencies,
      'aaa_latencies.csv': latencies,
      'put_latencies.csv': latencies,
      'results.json': JSON.stringify(resultsOf(['put', 'get_own_puts', 'never'])),
    });
    const run = await readRun(directory);
    expect(run.operations.map(({ name, label }) => [name, label])).toEqual([
      ['put', 'put'],
      ['get_own_puts', 'get-own-puts'],
      ['aaa', 'aaa'],
    ]);
  });

  it('says that a folder without summary.csv is not a run folder', async () => {
    await expect(readRun(directory)).rejects.toThrow(
      `${directory}: not a run folder, which must contain summary.csv`,
    );
  });

  it('says that a folder is not there', async () => {
    const path = join(directory, 'nowhere');
    await expect(readRun(path)).rejects.toThrow(
      `${path}: no such file or folder, where a run folder was expected`,
    );
  });

  it('names the key of results.json that is wrong', async () => {
    const results = { ...resultsOf(['put']), verdict: { kind: 'FINE', reasons: [] } };
    await write({ 'summary.csv': summary, 'results.json': JSON.stringify(results) });
    await expect(readRun(directory)).rejects.toThrow(
      'results.json: verdict.kind is not as this version of rkv writes it',
    );
  });

  it('says that results.json is not JSON', async () => {
    await write({ 'summary.csv': summary, 'results.json': '{' });
    await expect(readRun(directory)).rejects.toThrow(
      'results.json: not JSON, as results.json of a run must be',
    );
  });
});

describe('the tables that a run need not have', () => {
  const files = {
    'put_latencies.csv': latencies,
    'put_service.csv': latencies,
    'schedule.csv':
      'elapsed, window, offered, dropped, backlog, limited, lag_median, lag_99th, lag_max\n1.0, 1.0, 12, 0, 0, 0.5, 1, 2, 3\n',
    'violations.csv': 'seconds,kind,key,detail\n0.5,corrupt,3,"torn, it seems"\n',
    'percentiles.csv': 'operation,time,percentile,us,count\nput,response,100,7,10\n',
  };

  it('are read with the run, and are absent where they are not there', async () => {
    await write({ ...files, 'summary.csv': summary });
    const { violations, percentiles, schedule } = await readRun(directory);
    expect(violations).toEqual([{ seconds: 0.5, kind: 'corrupt', key: '3', detail: 'torn, it seems' }]);
    expect(percentiles).toEqual([
      { operation: 'put', time: 'response', percentile: 100, us: 7, count: 10 },
    ]);
    expect(schedule?.[0]?.offered).toBe(12);
    await Promise.all(Object.keys(files).map((name) => rm(join(directory, name))));
    expect(await readRun(directory)).not.toHaveProperty('violations');
  });

  it('are found beside one CSV file of an operation', async () => {
    const csvPath = join(directory, 'put_latencies.csv');
    await write({ 'put_latencies.csv': latencies });
    const alone = await readTablesBeside(csvPath);
    expect(alone).toMatchObject({ results: null, rows: [{ n: 10 }] });
    expect(Object.keys(alone).sort()).toEqual(['results', 'rows']);
    await write({ ...files, 'results.json': JSON.stringify(resultsOf(['put'])) });
    const { results, service, violations } = await readTablesBeside(csvPath);
    expect(results?.run.id).toBe('r1');
    expect(service).toHaveLength(1);
    expect(violations).toHaveLength(1);
  });
});
