// What becomes of a server that was away: of the writes that others took for it, and of data that it has lost.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll, pipeline, putKeys, startMembers, until } from './cluster-processes.js';
import { CannotMeasureError, type Figure } from './figure.js';

const outageMs = 60_000;
const pauseMs = 60_000;
const limitMs = 120_000;
const valueBytes = 1000;

/** Seconds from the moment when it serves again to the first hints that it gets; the rest is in the detail. */
export const hintsDrained: Figure = {
  id: 'outage',
  title: 'a server returns after 60 s, others hold writes for it: until they begin to hand these over',
  target: { kind: 'at most', value: 2 },
  unit: 's',
  repeatsMax: 2,
  prepare: async ({ isQuick }) => ({
    once: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'rkv-perf-outage-'));
      const servers = await startMembers(3, (i) => [
        ...['--data-dir', join(folder, `${i}`), '--durability', 'os', '--n', '3', '--r', '2', '--w', '2'],
      ]);
      try {
        const [first, second, away] = servers as [
          (typeof servers)[0],
          (typeof servers)[0],
          (typeof servers)[0],
        ];
        // With an empty store it would be taken for one that has lost its data, and be refilled as well.
        await putKeys(first.port, 1000, valueBytes, 'before');
        await away.end('SIGKILL');
        const goneMs = performance.now();
        const keys = isQuick ? 3000 : 60_000;
        await putKeys(first.port, keys, valueBytes);
        const restMs = (isQuick ? 500 : outageMs) - (performance.now() - goneMs);
        if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
        const sent = async (name: string) => (await first.counter(name)) + (await second.counter(name));
        const [transfersBefore, bytesBefore] = [
          await sent('handoffs_sent'),
          await sent('handoff_bytes_sent'),
        ];
        await away.start();
        const hasBegun = async () =>
          (await sent('handoffs_sending')) > 0 || (await sent('handoffs_sent')) > transfersBefore;
        const beginMs = await until('the first hints', limitMs, hasBegun);
        const beganMs = performance.now();
        await until('the last hints', limitMs, async () => {
          return (await sent('handoffs_sending')) + (await sent('handoffs_waiting')) === 0;
        });
        const drainMs = performance.now() - beganMs;
        const megabytes = ((await sent('handoff_bytes_sent')) - bytesBefore) / 1e6;
        if (megabytes < (keys * valueBytes) / 1e6 / 3)
          throw new CannotMeasureError(`only ${megabytes.toFixed(0)} MB of hints were handed over`);
        const rate = megabytes / (drainMs / 1000);
        const detail = `then ${megabytes.toFixed(0)} MB in ${(drainMs / 1000).toFixed(1)} s, ${rate.toFixed(0)} MB/s`;
        return { value: beginMs / 1000, detail };
      } finally {
        await endAll(servers);
        await rm(folder, { recursive: true, force: true });
      }
    },
    close: async () => {},
  }),
};

export const memoryRestarts: Figure = {
  id: 'memory-restarts',
  title:
    'memory only, n=3 w=3: each of three servers killed and started empty, a minute apart; of 3,000 keys',
  target: { kind: 'at least', value: 3000 },
  unit: 'keys',
  repeatsMax: 1,
  prepare: async ({ isQuick }) => ({
    once: async () => {
      const keys = 3000;
      const servers = await startMembers(3, () => ['--n', '3', '--r', '2', '--w', '3']);
      try {
        await putKeys(servers[0]!.port, keys, 100);
        const seconds: string[] = [];
        for (const server of servers) {
          await server.end('SIGKILL');
          await server.start();
          const refilledMs = await until(`${server.name} says that it is refilled`, limitMs, async () =>
            server.logLines.some((line) => line.includes('refill-done')),
          );
          seconds.push((refilledMs / 1000).toFixed(1));
          if (!isQuick) await new Promise((resolve) => setTimeout(resolve, pauseMs - refilledMs));
        }
        const left: number[] = [];
        for (const { port } of servers) left.push(await keysLeft(port, keys));
        const detail = `read at each: ${left.join(', ')}; refilled, as their logs say, after ${seconds.join(', ')} s`;
        return { value: Math.min(...left), detail };
      } finally {
        await endAll(servers);
      }
    },
    close: async () => {},
  }),
};

async function keysLeft(port: number, keys: number): Promise<number> {
  const value = 'v'.repeat(100);
  let left = 0;
  await pipeline(
    port,
    keys,
    (i) => ['GET', `${i}`],
    (reply) => {
      if (reply.endsWith(`\r\n${value}`)) left++;
    },
  );
  return left;
}
