// How fast a partition goes to its next owner, between two servers on loopback.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CannotMeasureError, type Figure } from './figure.js';
import { redisBenchmark, startRkvServer } from './processes.js';

const run = promisify(execFile);
const valueBytes = 1000;
const timeoutMs = 60_000;

/** A second server joins one that holds all keys; one transfer at a time, so that the rate is that of one. */
export const handoffRate: Figure = {
  id: 'handoff',
  title: `partitions of ${valueBytes} B values to a joining server, one at a time: bytes per second`,
  target: { kind: 'at least', value: 50 },
  unit: 'MB/s',
  prepare: async ({ isQuick }) => ({
    once: async () => {
      const flags = ['--ring-size', '8'];
      const servers = [
        await startRkvServer(flags),
        await startRkvServer(flags, 'joining@127.0.0.1'),
      ] as const;
      try {
        const [{ port }, { port: joining }] = servers;
        const keys = isQuick ? 30_000 : 300_000;
        const load = ['-t', 'set', '-r', keys, '-d', valueBytes, '-P', '16'].map(String);
        await redisBenchmark(port, keys, load);
        await tell(joining, 'RKV.JOIN', `127.0.0.1:${port}`);
        await tell(port, 'RKV.TRANSFER-LIMIT', '1');
        await tell(port, 'RKV.PLAN');
        const startedMs = performance.now();
        await tell(port, 'RKV.COMMIT');
        let arrived = 0;
        let arrivedMs = startedMs;
        // The old owner tells of a transfer when it has deleted everything, which it does at leisure.
        while ((await counter(port, 'handoffs_sent')) < 4) {
          const records = await counter(joining, 'records');
          if (records > arrived) arrivedMs = performance.now();
          arrived = Math.max(arrived, records);
          if (performance.now() - startedMs > timeoutMs)
            throw new CannotMeasureError(`four partitions were not handed over within ${timeoutMs} ms`);
        }
        const seconds = (arrivedMs - startedMs) / 1000;
        const megabytes = (await counter(port, 'handoff_bytes_sent')) / 1e6;
        const detail = `${megabytes.toFixed(0)} MB in ${seconds.toFixed(2)} s from the commit to the last record`;
        return { value: megabytes / seconds, detail };
      } finally {
        await Promise.all(servers.map((server) => server.close()));
      }
    },
    close: async () => {},
  }),
};

async function tell(port: number, ...words: string[]): Promise<string> {
  const { stdout } = await run('redis-cli', ['-p', String(port), ...words]).catch((error: Error) => {
    throw new CannotMeasureError(`redis-cli failed: ${error.message}`);
  });
  if (/^(ERR|Failed)/.test(stdout)) throw new CannotMeasureError(`${words.join(' ')}: ${stdout.trim()}`);
  return stdout;
}

async function counter(port: number, name: string): Promise<number> {
  const [, value] = new RegExp(`^${name}:(\\d+)`, 'm').exec(await tell(port, 'INFO')) ?? [];
  return Number(value ?? 0);
}
