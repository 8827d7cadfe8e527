// The figures that rkv has promised, each with its peer.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { comparisonFigures } from './comparison-figures.js';
import { durablePuts } from './durable-figure.js';
import { failureWindow } from './failure-window-figure.js';
import type { Figure, FigureOptions } from './figure.js';
import { handoffRate } from './handoff-figure.js';
import { joinToSettled } from './join-figure.js';
import { joinLatency, joinThroughput } from './join-under-load-figures.js';
import { hintsDrained, memoryRestarts } from './outage-figures.js';
import { bytesPerKey, redisBenchmark, rkvBench, startRedis, startRkvServer } from './processes.js';
import { writeSampleRun } from './sample-run.js';
import { scheduleFigures } from './schedule-figures.js';
import { verifyFigures } from './verify-figures.js';

const run = promisify(execFile);
const mix = [
  '--operations',
  'get=1,put=1',
  '--key-generator',
  'uniform_int:100000',
  '--value-generator',
  'fixed_bin:100',
];

const nullDriver: Figure = {
  id: 'null',
  title: 'null driver, one thread, tutorial mix, histograms on',
  target: { kind: 'at least', value: 1_000_000 },
  unit: 'ops/s',
  prepare: async (options) => ({
    once: async () => {
      const { total } = await rkvBench(['--driver', 'null', '--duration', span(options, 5)]);
      return { value: total.opsPerSecond, detail: `${total.ok} operations` };
    },
    close: async () => {},
  }),
};

const redisFifty: Figure = {
  id: 'redis-50',
  title: 'redis driver, 50 connections: CPU per operation / redis-benchmark -c 50',
  target: { kind: 'at most', value: 1 },
  unit: '',
  prepare: (options) =>
    compareCpu(options, ['--workers', '50', '--connections', 'per-worker'], ['-c', '50'], 150_000, 4),
};

const redisPipelined: Figure = {
  id: 'redis-pipelined',
  title: 'redis driver, one connection, 64 workers: CPU per operation / redis-benchmark -P 16',
  target: { kind: 'at most', value: 1.2 },
  unit: '',
  prepare: (options) => compareCpu(options, ['--workers', '64'], ['-c', '50', '-P', '16'], 2_000_000, 10),
};

const serverPlain = compareServers('server-p1', 1, 0.8, 150_000);
const serverPipelined = compareServers('server-p16', 16, 0.6, 1_000_000);

const tutorialSetting: Figure = {
  id: 'tutorial',
  title: 'tutorial setting on one node: ops/s / redis-benchmark -c 2 on the same rkv server',
  target: { kind: 'at least', value: 1 },
  unit: '',
  prepare: async (options) => {
    const server = await startRkvServer();
    return {
      once: async () => {
        const endpoint = `127.0.0.1:${server.port}`;
        const peer = await redisBenchmark(server.port, requests(options, 60_000), ['-c', '2']);
        const ours = await rkvBench(['--endpoint', endpoint, '--duration', span(options, 4)]);
        const { SET = 0, GET = 0 } = peer.opsPerSecond;
        // The tutorial's mix is ten writes to five reads; the peer's rate is weighted alike.
        const peerRate = 15 / (10 / SET + 5 / GET);
        const p50 = ours.operations.put?.responseTimeMs?.p50 ?? 0;
        const detail = `${rate(ours.total.opsPerSecond)} to ${rate(peerRate)}; put p50 ${(p50 * 1000).toFixed(0)} µs`;
        return { value: ours.total.opsPerSecond / peerRate, detail };
      },
      close: () => server.close(),
    };
  },
};

const memory: Figure = {
  id: 'memory',
  title: 'memory of the bench process: growth per million operations after the first minute',
  target: { kind: 'at most', value: 1 },
  unit: 'MiB',
  prepare: async (options) => ({
    once: async () => {
      const {
        total,
        generator,
        run: of,
      } = await rkvBench(['--driver', 'null', '--duration', options.isQuick ? '10s' : '2m']);
      const growthMiB = (generator.rssBytesEnd - generator.rssBytesEarly) / 2 ** 20;
      const millionsAfter = (total.ok / 1e6) * Math.max(0.1, 1 - 60 / of.measuredSeconds);
      const detail = `${growthMiB.toFixed(1)} MiB over ${millionsAfter.toFixed(0)} million operations`;
      return { value: growthMiB / millionsAfter, detail };
    },
    close: async () => {},
  }),
};

const memoryPerKey: Figure = {
  id: 'memory-per-key',
  title: 'rkv server, memory storage: bytes per key at 1,000,000 keys of 100 B / Redis',
  target: { kind: 'at most', value: 2 },
  unit: '',
  prepare: async (options) => ({
    once: async () => {
      const servers = [await startRkvServer(), await startRedis()];
      try {
        const [ours = 0, peers = 0] = [
          await bytesPerKey(servers[0]!, requests(options, 1_000_000)),
          await bytesPerKey(servers[1]!, requests(options, 1_000_000)),
        ];
        return { value: ours / peers, detail: `${ours.toFixed(0)} to ${peers.toFixed(0)} bytes` };
      } finally {
        await Promise.all(servers.map((server) => server.close()));
      }
    },
    close: async () => {},
  }),
};

const charts: Figure = {
  id: 'charts',
  title: 'all charts of a run of 60 rows and three operations, in a new process',
  target: { kind: 'at most', value: 3 },
  unit: 's',
  prepare: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rkv-perf-charts-'));
    await writeSampleRun(folder, 60);
    const rkv = fileURLToPath(new URL('../../../bin/rkv.js', import.meta.url));
    return {
      once: async () => {
        const startedMs = performance.now();
        await run(process.execPath, [rkv, 'charts', folder]);
        return {
          value: (performance.now() - startedMs) / 1000,
          detail: 'seven PNGs and the report, imports included',
        };
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
};

export const figures: readonly Figure[] = [
  nullDriver,
  redisFifty,
  redisPipelined,
  serverPlain,
  serverPipelined,
  tutorialSetting,
  charts,
  memory,
  memoryPerKey,
  failureWindow,
  durablePuts,
  joinToSettled,
  handoffRate,
  joinThroughput,
  joinLatency,
  hintsDrained,
  memoryRestarts,
  ...scheduleFigures,
  ...comparisonFigures,
  ...verifyFigures,
];

/** CPU per operation of rkv's driver to that of redis-benchmark, on one and the same Redis. */
async function compareCpu(
  options: FigureOptions,
  ours: string[],
  peers: string[],
  perTest: number,
  seconds: number,
) {
  const redis = await startRedis();
  return {
    once: async () => {
      const peer = await redisBenchmark(redis.port, requests(options, perTest), peers);
      const endpoint = `127.0.0.1:${redis.port}`;
      const flags = [
        '--driver',
        'redis',
        '--endpoint',
        endpoint,
        '--duration',
        span(options, seconds),
        ...mix,
        ...ours,
      ];
      const { generator, total } = await rkvBench(flags);
      const detail = `${generator.cpuUsPerOp.toFixed(2)} to ${peer.cpuUsPerOp.toFixed(2)} µs; ${rate(total.opsPerSecond)}`;
      return { value: generator.cpuUsPerOp / peer.cpuUsPerOp, detail };
    },
    close: () => redis.close(),
  };
}

/** redis-benchmark's rate on an rkv server to its rate on Redis; the lower of SET and GET counts. */
function compareServers(id: string, pipeline: number, atLeast: number, perTest: number): Figure {
  return {
    id,
    title: `rkv server (one node, n=1) / Redis under redis-benchmark -c 50 -P ${pipeline}`,
    target: { kind: 'at least', value: atLeast },
    unit: '',
    prepare: async (options) => {
      const redis = await startRedis();
      const rkv = await startRkvServer();
      return {
        once: async () => {
          const flags = ['-c', '50', '-P', String(pipeline)];
          const peer = await redisBenchmark(redis.port, requests(options, perTest), flags);
          const ours = await redisBenchmark(rkv.port, requests(options, perTest), flags);
          const ratios = ['SET', 'GET'].map(
            (test) => (ours.opsPerSecond[test] ?? 0) / (peer.opsPerSecond[test] ?? 0),
          );
          const rates = ['SET', 'GET'].map(
            (test) =>
              `${test} ${rate(ours.opsPerSecond[test] ?? 0)} to ${rate(peer.opsPerSecond[test] ?? 0)}`,
          );
          return { value: Math.min(...ratios), detail: rates.join(', ') };
        },
        close: async () => {
          await Promise.all([redis.close(), rkv.close()]);
        },
      };
    },
  };
}

function span({ isQuick }: FigureOptions, seconds: number): string {
  return `${isQuick ? Math.max(1, seconds / 10) : seconds}s`;
}

function requests({ isQuick }: FigureOptions, perTest: number): number {
  return isQuick ? perTest / 10 : perTest;
}

function rate(opsPerSecond: number): string {
  return `${Math.round(opsPerSecond / 1000)} k/s`;
}
