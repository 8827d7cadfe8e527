// What clients notice of a server that joins three others while they are at work.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRun } from '../../results/read-run.js';
import {
  endAll,
  isSettled,
  joinAndCommit,
  putKeys,
  type ServerProcess,
  startMembers,
  startStranger,
  until,
} from './cluster-processes.js';
import { CannotMeasureError, type Figure } from './figure.js';
import { rkvBenchInto } from './processes.js';

const flags = ['--n', '3', '--r', '2', '--w', '2'];
const settledLimitMs = 180_000;

interface JoinRun {
  /** Folder of the run. */
  folder: string;
  committedMs: number;
  settledMs: number;
  failed: number;
}

export const joinThroughput: Figure = {
  id: 'join-throughput',
  title: 'a fourth server joins three under a closed loop: lowest second from the commit on / before',
  target: { kind: 'at least', value: 0.5 },
  unit: '',
  prepare: async ({ isQuick }) => ({
    once: () =>
      joinUnderLoad(
        { keys: isQuick ? 10_000 : 100_000, beforeMs: 8000, seconds: 24, load: ['--workers', '8'] },
        async ({ folder, committedMs, settledMs, failed }) => {
          const { summary, results } = await readRun(folder);
          const beganMs = Date.parse(results!.run.startedAt);
          const rows = summary
            .filter(({ windowSeconds }) => windowSeconds > 0.9)
            .map(({ elapsedSeconds, windowSeconds, successful }) => ({
              endMs: beganMs + elapsedSeconds * 1000,
              rate: successful / windowSeconds,
            }));
          const before = rows.filter(({ endMs }) => endMs < committedMs).slice(2);
          // Old owners delete what has gone for some seconds after that.
          const after = rows.filter(({ endMs }) => endMs >= committedMs && endMs < settledMs + 5000);
          const mean = before.reduce((sum, { rate }) => sum + rate, 0) / before.length;
          const lowest = Math.min(...after.map(({ rate }) => rate));
          const perSecond = after.map(({ rate }) => rate.toFixed(0)).join(' ');
          const seconds = ((settledMs - committedMs) / 1000).toFixed(1);
          const detail = `${perSecond} to ${mean.toFixed(0)} ops/s; settled after ${seconds} s; ${failed} failed`;
          return { value: failed > 0 ? 0 : lowest / mean, detail };
        },
      ),
    close: async () => {},
  }),
};

export const joinLatency: Figure = {
  id: 'join-latency',
  title: 'a fourth server joins three with 1,000,000 keys of 100 B, 2000/s offered: p99 during / before',
  target: { kind: 'at most', value: 3 },
  unit: '',
  repeatsMax: 3,
  prepare: async ({ isQuick }) => ({
    once: () =>
      joinUnderLoad(
        {
          keys: isQuick ? 100_000 : 1_000_000,
          beforeMs: 12_000,
          seconds: 60,
          load: ['--workers', '64', '--rate', '2000', '--raw'],
        },
        async ({ folder, committedMs, settledMs, failed }) => {
          const samples = await readSamples(folder);
          const beganMs = Math.min(...samples.map(({ atMs }) => atMs));
          const before = samples.filter(({ atMs }) => atMs > beganMs + 4000 && atMs < committedMs);
          const during = samples.filter(({ atMs }) => atMs >= committedMs && atMs <= settledMs);
          const [was, is] = [percentile99(before), percentile99(during)];
          const seconds = ((settledMs - committedMs) / 1000).toFixed(1);
          const detail = `${is.toFixed(2)} to ${was.toFixed(2)} ms; settled after ${seconds} s; ${failed} failed`;
          return { value: failed > 0 ? Number.POSITIVE_INFINITY : is / was, detail };
        },
      ),
    close: async () => {},
  }),
};

/** Loads three servers, lets a fourth join while a benchmark runs, and evaluates the files that this leaves. */
async function joinUnderLoad<T>(
  { keys, beforeMs, seconds, load }: { keys: number; beforeMs: number; seconds: number; load: string[] },
  evaluate: (run: JoinRun) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rkv-perf-'));
  const servers: ServerProcess[] = [];
  try {
    servers.push(...(await startMembers(3, () => flags)));
    servers.push(await startStranger('node4@127.0.0.1', [...flags, '--cluster-id', 'joining']));
    const [first, , , joining] = servers as [ServerProcess, ServerProcess, ServerProcess, ServerProcess];
    await putKeys(first.port, keys, 100);
    const endpoints = servers.slice(0, 3).flatMap(({ endpoint }) => ['--endpoint', endpoint]);
    const what = ['--operations', 'get=1,put=1', '--key-generator', `uniform_int:${keys}`];
    const value = ['--value-generator', 'fixed_bin:100', '--duration', `${seconds}s`];
    const bench = rkvBenchInto(folder, ['--driver', 'rkv', ...endpoints, ...what, ...value, ...load]);
    // A failure here must not be one that nobody has seen while the servers are being watched.
    bench.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, beforeMs));
    const committedMs = Date.now();
    await joinAndCommit(joining, first);
    await until('the join', settledLimitMs, async () => {
      for (const server of servers) if (!(await isSettled(server, 4))) return false;
      return true;
    });
    const settledMs = Date.now();
    const { total } = await bench;
    return await evaluate({ folder: join(folder, 'current'), committedMs, settledMs, failed: total.failed });
  } finally {
    await endAll(servers);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Sample {
  /** When it was answered, in milliseconds since 1970. */
  atMs: number;
  us: number;
}

async function readSamples(folder: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith('_single.csv')) continue;
    const lines = (await readFile(join(folder, name), 'utf8')).trim().split('\n').slice(1);
    for (const line of lines) {
      const [atMs, , us] = line.split(',').map(Number);
      samples.push({ atMs: atMs!, us: us! });
    }
  }
  return samples;
}

/** In milliseconds. */
function percentile99(samples: readonly Sample[]): number {
  if (samples.length < 1000) throw new CannotMeasureError(`${samples.length} samples are too few for a p99`);
  const sorted = Float64Array.from(samples, ({ us }) => us).sort();
  return sorted[Math.ceil(sorted.length * 0.99) - 1]! / 1000;
}
