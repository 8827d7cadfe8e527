/**
 * One of three real servers is killed, or stopped, under load: what its clients and those of the others notice.
 * From the compiled output, as the other end-to-end tests.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type * as ServerModule from './index.js';
import type { LocalCluster } from './index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const server = (await import(pathToFileURL(join(dist, 'server', 'index.js')).href)) as typeof ServerModule;

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Load {
  /** Requests that failed: which node was asked, and why. */
  readonly failures: { readonly node: number; readonly why: string }[];
  /** Reads that saw something else than the write of the same client that was acknowledged just before. */
  readonly wrongReads: string[];
  readonly counts: { done: number };
  stop(): Promise<void>;
}

/** Some clients of each node write and read keys of their own, and go to the next node when theirs fails. */
function load(cluster: LocalCluster, clientsPerNode: number): Load {
  const failures: Load['failures'] = [];
  const wrongReads: string[] = [];
  const counts = { done: 0 };
  let isStopping = false;
  const nodes = cluster.members.length;
  const run = async (number: number) => {
    let node = number % nodes;
    let client: ServerModule.RkvClient | undefined;
    for (let i = 0; !isStopping; i++) {
      const [key, value] = [`c${number}k${i % 50}`, `v${i}`];
      try {
        const { host, clientPort } = cluster.members[node]!;
        client ??= await server.RkvClient.connect({ host, port: clientPort });
        await client.send('SET', key, value);
        const read = await client.send('GET', key);
        const seen = read === null ? undefined : String(read);
        if (seen !== value) wrongReads.push(`${key} is ${seen}, and should be ${value}`);
        counts.done += 2;
      } catch (error) {
        failures.push({ node, why: (error as Error).message });
        client?.close();
        client = undefined;
        node = (node + 1) % nodes;
      }
    }
    client?.close();
  };
  const running = Array.from({ length: clientsPerNode * nodes }, (_, number) => run(number));
  const stop = async () => {
    isStopping = true;
    await Promise.all(running);
  };
  endings.push(stop);
  return { failures, wrongReads, counts, stop };
}

async function untilDone(of: Load, more: number): Promise<void> {
  const [from, endMs] = [of.counts.done, performance.now() + 60_000];
  while (of.counts.done < from + more) {
    if (performance.now() > endMs)
      throw new Error(`${of.counts.done - from} of ${more} requests in a minute`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function threeNodes(): Promise<LocalCluster> {
  const cluster = await server.startLocalCluster({ nodes: 3, ringSize: 64 });
  endings.push(() => cluster.stop());
  return cluster;
}

describe('kill -9 of one of three under load', () => {
  it('fails nothing but what its own clients had under way, and what is written is read', async () => {
    const cluster = await threeNodes();
    const clients = load(cluster, 3);
    await untilDone(clients, 500);
    expect(clients.failures).toEqual([]);
    await cluster.kill(2, 'SIGKILL');
    await untilDone(clients, 1500);
    await clients.stop();
    expect(clients.failures.filter(({ node }) => node !== 2)).toEqual([]);
    // One for each of its clients: the request that was under way; then they are elsewhere.
    expect(clients.failures.length).toBeLessThanOrEqual(3);
    expect(clients.wrongReads).toEqual([]);
  });
});

describe('a stopped process among three under load', () => {
  it('fails nothing at the others, before and after it is suspected, nor when it goes on', async () => {
    const cluster = await threeNodes();
    const clients = load({ ...cluster, members: cluster.members.slice(0, 2) }, 3);
    await untilDone(clients, 500);
    await cluster.kill(2, 'SIGSTOP');
    try {
      await untilDone(clients, 1000);
    } finally {
      await cluster.kill(2, 'SIGCONT');
    }
    await untilDone(clients, 500);
    await clients.stop();
    expect(clients.failures).toEqual([]);
    expect(clients.wrongReads).toEqual([]);
  });
});
