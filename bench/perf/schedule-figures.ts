// What the load generator promises of its own measurements: that they lose nothing, cost little, and tell the truth
// about a store that stood still.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRun } from '../../results/read-run.js';
import { CannotMeasureError, type Figure } from './figure.js';
import { rkvBench, rkvBenchInto, startRedis } from './processes.js';

const throwingDriver = `let thrownMs = performance.now();
export default {
  name: 'throwing',
  defaults: { operations: { get: 1 } },
  open: () => ({
    run: async () => {
      if (performance.now() - thrownMs < 1000) return { kind: 'ok' };
      thrownMs = performance.now();
      throw new Error('once a second');
    },
  }),
};
`;

const throwing: Figure = {
  id: 'throwing-driver',
  title: 'a driver that throws once a second for 60 s: errors counted, or 0 when a row is missing',
  target: { kind: 'at least', value: 55 },
  unit: 'errors/min',
  repeatsMax: 1,
  prepare: async ({ isQuick }) => ({
    once: () =>
      inFolder(async (folder) => {
        const driver = join(folder, 'throwing.mjs');
        await writeFile(driver, throwingDriver);
        const seconds = isQuick ? 6 : 60;
        const load = ['--driver', driver, '--rate', '100', '--duration', `${seconds}s`];
        const { total } = await rkvBenchInto(folder, load);
        const { summary, operations } = await readRun(join(folder, 'current'));
        const tables = [summary, ...operations.map(({ rows }) => rows)];
        const areWhole = operations.length === 1 && tables.every((rows) => isWhole(rows, seconds));
        const detail = `${total.failed} errors, ${summary.length} rows${areWhole ? '' : ', some missing'}`;
        return { value: areWhole ? (total.failed * 60) / seconds : 0, detail };
      }),
    close: async () => {},
  }),
};

/** A row per second, each beginning where the one before it ended. */
function isWhole(rows: readonly { elapsedSeconds: number; windowSeconds: number }[], seconds: number) {
  const startsInTurn = rows.every(({ elapsedSeconds, windowSeconds }, i) => {
    return Math.abs(elapsedSeconds - windowSeconds - (rows[i - 1]?.elapsedSeconds ?? 0)) < 1e-3;
  });
  return startsInTurn && rows.length >= seconds && rows.at(-1)!.elapsedSeconds > seconds - 0.1;
}

const openLoopMemory: Figure = {
  id: 'open-loop-memory',
  title: 'null driver, 20,000/s offered for 10 minutes: greatest resident memory',
  target: { kind: 'at most', value: 150 },
  unit: 'MB',
  repeatsMax: 1,
  prepare: async ({ isQuick }) => ({
    once: async () => {
      const load = ['--driver', 'null', '--rate', '20000', '--duration', isQuick ? '60s' : '10m'];
      const { generator, schedule } = await rkvBench(load);
      const [early, end] = [generator.rssBytesEarly, generator.rssBytesEnd].map((b) => (b / 1e6).toFixed(0));
      const detail = `${early} MB after a minute, ${end} MB at the end; ${schedule?.offered} offered`;
      return { value: generator.rssBytesMax / 1e6, detail };
    },
    close: async () => {},
  }),
};

const scheduleLag: Figure = {
  id: 'schedule-lag',
  title: 'null driver, 10,000/s offered: 99th percentile of the lag behind the schedule',
  target: { kind: 'at most', value: 1 },
  unit: 'ms',
  prepare: async ({ isQuick }) => ({
    once: async () => {
      const load = ['--driver', 'null', '--rate', '10000', '--duration', isQuick ? '1s' : '10s'];
      const lag = (await rkvBench(load)).generator.scheduleLagMs;
      if (lag === null) throw new CannotMeasureError('the run published no schedule lag');
      return {
        value: lag.p99,
        detail: `p50 ${lag.p50} ms, max ${lag.max.toFixed(1)} ms, of ${lag.count} operations`,
      };
    },
    close: async () => {},
  }),
};

const nullMeasured: Figure = {
  id: 'null-measured',
  // Retries make a closed loop keep service times in histograms of their own, as an open loop does.
  title: 'null driver, one thread, tutorial mix, response and service times, all files and probes on',
  target: { kind: 'at least', value: 2_000_000 },
  unit: 'ops/s',
  prepare: async ({ isQuick }) => ({
    once: async () => {
      const load = ['--driver', 'null', '--retries', '1', '--duration', isQuick ? '1s' : '5s'];
      const { total } = await rkvBench(load);
      return { value: total.opsPerSecond, detail: `${total.ok} operations` };
    },
    close: async () => {},
  }),
};

/** Of those due in a stall of a tenth of the run, half waited for more than half of it, a tenth for nine tenths. */
const standstill: Figure = {
  id: 'standstill',
  title:
    'redis stopped for 2 of 20 s at 1000/s, 10 workers: worst of |p95 - 1 s| / 5 %, |p99 - 1.8 s| / 3 %, p50 / 2 ms',
  target: { kind: 'at most', value: 1 },
  unit: '',
  prepare: async ({ isQuick }) => ({
    once: () =>
      inFolder(async (folder) => {
        const stallMs = isQuick ? 200 : 2000;
        const redis = await startRedis();
        try {
          const endpoint = `127.0.0.1:${redis.port}`;
          const load = ['--driver', 'redis', '--endpoint', endpoint, '--rate', '1000', '--workers', '10'];
          const spans = ['--duration', `${stallMs * 10}ms`, '--report-interval', `${stallMs / 2}ms`];
          const ended = rkvBenchInto(folder, [...load, ...spans]);
          // A run that fails ends the wait for its rows, too.
          await Promise.race([ended, eightRows(join(folder, 'current', 'summary.csv'))]);
          process.kill(redis.pid, 'SIGSTOP');
          await pause(stallMs);
          process.kill(redis.pid, 'SIGCONT');
          const { responseTimeMs: response, serviceTimeMs: service } = (await ended).total;
          if (response === null || service === null) throw new CannotMeasureError('no operation succeeded');
          const { p50, p95, p99 } = response;
          const shares = [
            Math.abs(p95 / (stallMs / 2) - 1) / 0.05,
            Math.abs(p99 / (stallMs * 0.9) - 1) / 0.03,
            p50 / 2,
          ];
          const detail = `p50 ${p50}, p95 ${p95}, p99 ${p99} ms; service time p95 ${service.p95}, p99 ${service.p99} ms`;
          return { value: Math.max(...shares), detail };
        } finally {
          await redis.close();
        }
      }),
    close: async () => {},
  }),
};

async function eightRows(path: string): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.split('\n').length > 9) return;
    if (performance.now() > deadlineMs) throw new CannotMeasureError(`${path} had no eight rows in 30 s`);
    await pause(10);
  }
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rkv-perf-schedule-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const scheduleFigures: readonly Figure[] = [
  throwing,
  openLoopMemory,
  scheduleLag,
  nullMeasured,
  standstill,
];
