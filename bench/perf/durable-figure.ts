// What it costs to have a write on the disk before it is acknowledged, beside the store that people compare with.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure.js';
import { redisBenchmark, startRedis, startRkvServer } from './processes.js';

const inFlight = 64;

/** Both on one file system, RKV_PERF_DIR or the one of temporary files; both syncing before they answer. */
export const durablePuts: Figure = {
  id: 'durable-puts',
  title: `rkv server, --durability sync, ${inFlight} puts in flight / Redis with appendfsync always`,
  target: { kind: 'at least', value: 1 },
  unit: '',
  prepare: async ({ isQuick }) => {
    const folder = await mkdtemp(join(process.env.RKV_PERF_DIR ?? tmpdir(), 'rkv-perf-durable-'));
    const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder]);
    const rkv = await startRkvServer(['--data-dir', join(folder, 'rkv'), '--durability', 'sync']);
    const flags = ['-t', 'set', '-c', String(inFlight)];
    const puts = isQuick ? 5_000 : 50_000;
    const perSecond = async (port: number, count: number) =>
      (await redisBenchmark(port, count, flags)).opsPerSecond.SET ?? 0;
    // Compiled code, and files that have been written once: both servers run for days.
    for (const { port } of [redis, rkv]) await perSecond(port, puts);
    return {
      once: async () => {
        // Each twice and in turns, since others may use the disk.
        const [peerFirst, first] = [await perSecond(redis.port, puts), await perSecond(rkv.port, puts)];
        const [second, peerSecond] = [await perSecond(rkv.port, puts), await perSecond(redis.port, puts)];
        const [ours, peers] = [(first + second) / 2, (peerFirst + peerSecond) / 2];
        return { value: ours / peers, detail: `${Math.round(ours)} to ${Math.round(peers)} puts/s` };
      },
      close: async () => {
        await Promise.all([redis.close(), rkv.close()]);
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};
