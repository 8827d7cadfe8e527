/**
 * A fourth server joins three that are written to and read from: no request fails, and what each client has written
 * last is at the new one. From the compiled output, since what is started is.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type * as ServerModule from '../../server/index.js';
import type * as ClusterProcesses from './cluster-processes.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const load = (...path: string[]) => import(pathToFileURL(join(dist, ...path)).href);
const { RkvClient } = (await load('server', 'index.js')) as typeof ServerModule;
const { endAll, isSettled, joinAndCommit, putKeys, startMembers, startStranger, until } = (await load(
  'bench',
  'perf',
  'cluster-processes.js',
)) as typeof ClusterProcesses;

const flags = ['--n', '3', '--r', '2', '--w', '2'];
const keys = 3000;
const servers: ClusterProcesses.ServerProcess[] = [];
afterEach(() => endAll(servers.splice(0)));

describe('a server that joins three under load', () => {
  it('fails no request, and has all keys with what was written last when it has joined', async () => {
    servers.push(...(await startMembers(3, () => flags)));
    servers.push(await startStranger('node4@127.0.0.1', flags));
    const [first, , , joining] = servers;
    await putKeys(first!.port, keys, 100);
    const observed = {
      failures: [] as string[],
      written: new Map<string, string>(),
      done: 0,
      isStopping: false,
    };
    const clients = Array.from({ length: 6 }, (_, i) =>
      writesAndReads(servers[i % 3]!.port, `c${i}k`, observed),
    );
    await until('the load', 60_000, async () => observed.done > 300);
    await joinAndCommit(joining!, first!);
    await until('a settled cluster', 120_000, async () => {
      for (const server of servers) if (!(await isSettled(server, 4))) return false;
      return true;
    });
    const settledAt = observed.done;
    await until('load on the new ring', 60_000, async () => observed.done > settledAt + 300);
    observed.isStopping = true;
    await Promise.all(clients);
    expect(observed.failures).toEqual([]);
    const client = await RkvClient.connect({ host: '127.0.0.1', port: joining!.port });
    for (let i = 0; i < keys; i++) observed.written.set(`${i}`, 'v'.repeat(100));
    for (const [key, value] of observed.written) {
      // What an old owner has acknowledged last may be on its way for a moment.
      await until(`${key} is ${value}`, 30_000, async () => {
        return (await client.get(key)).value?.toString() === value;
      });
    }
    client.close();
  }, 300_000);
});

interface Observed {
  failures: string[];
  /** By key: what was acknowledged last. */
  written: Map<string, string>;
  done: number;
  isStopping: boolean;
}

async function writesAndReads(port: number, prefix: string, observed: Observed): Promise<void> {
  const client = await RkvClient.connect({ host: '127.0.0.1', port });
  for (let i = 0; !observed.isStopping; i++) {
    const [key, value] = [`${prefix}${i % 50}`, `v${i}`];
    try {
      await client.put(key, value);
      observed.written.set(key, value);
      await client.get(key);
    } catch (error) {
      observed.failures.push((error as Error).message);
    }
    observed.done++;
  }
  client.close();
}
