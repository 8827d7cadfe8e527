/**
 * Clients made for Redis, unmodified, against a cluster of three: each connects to a node of its choice, writes,
 * pipelines, carries large values, scans, and comes back after its connection was cut.
 */
import { execFile } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as ServerModule from './index.js';
import { redisMissing } from './testing/redis-server.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const server = (await import(pathToFileURL(join(dist, 'server', 'index.js')).href)) as typeof ServerModule;
const run = promisify(execFile);

let cluster: ServerModule.LocalCluster;
beforeAll(async () => {
  cluster = await server.startLocalCluster({ nodes: 3, ringSize: 16 });
});
afterAll(() => cluster?.stop());
const portOf = (index: number) => cluster.members[index]!.clientPort;

/** Larger than any chunk and any buffer that is kept. */
const large = Buffer.alloc(3_000_000, 'large\r\n$5\r\n');

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a client made for Redis', () => {
  it('ioredis', async () => {
    const client = new Redis({ host: '127.0.0.1', port: portOf(0) });
    try {
      expect(await client.set('io:1', 'one')).toBe('OK');
      expect(await client.get('io:1')).toBe('one');
      expect(await client.get('io:none')).toBeNull();
      await client.set('io:large', large);
      expect((await client.getBuffer('io:large'))?.equals(large)).toBe(true);
      const pipeline = client.pipeline();
      for (let i = 0; i < 500; i++) pipeline.set(`io:${i}`, `v${i}`);
      for (let i = 0; i < 500; i++) pipeline.get(`io:${i}`);
      const replies = await pipeline.exec();
      expect(replies?.slice(500).map(([error, value]) => error ?? value)).toEqual(
        Array.from({ length: 500 }, (_, i) => `v${i}`),
      );
      const found: string[] = [];
      for await (const keys of client.scanStream({ match: 'io:*', count: 100 })) found.push(...keys);
      expect(found.sort()).toEqual([...Array.from({ length: 500 }, (_, i) => `io:${i}`), 'io:large'].sort());
      await expect(client.call('NONSENSE')).rejects.toThrow('unknown command');
      const other = new Redis({ host: '127.0.0.1', port: portOf(0) });
      const id = await client.client('ID');
      expect(await other.client('KILL', 'ID', String(id))).toBe(1);
      other.disconnect();
      await until('it is back', async () => (await client.get('io:1').catch(() => null)) === 'v1');
    } finally {
      client.disconnect();
    }
  });

  it.each([2, 3] as const)('node-redis, in RESP%s', async (RESP) => {
    const client = createClient({ RESP, url: `redis://127.0.0.1:${portOf(1)}` });
    client.on('error', () => {});
    await client.connect();
    try {
      const name = (key: string | number) => `node${RESP}:${key}`;
      expect(await client.set(name('a'), 'one')).toBe('OK');
      expect(await client.get(name('a'))).toBe('one');
      expect(await client.get(name('none'))).toBeNull();
      await client.set(name('large'), large);
      expect(await client.get(name('large'))).toBe(large.toString());
      await Promise.all(Array.from({ length: 500 }, (_, i) => client.set(name(i), `v${i}`)));
      const values = await Promise.all(Array.from({ length: 500 }, (_, i) => client.get(name(i))));
      expect(values).toEqual(Array.from({ length: 500 }, (_, i) => `v${i}`));
      const found: string[] = [];
      for await (const keys of client.scanIterator({ MATCH: name('*'), COUNT: 50 })) found.push(...keys);
      expect(new Set(found).size).toBe(502);
      expect(found).toHaveLength(502);
      expect(await client.dbSize()).toBeGreaterThanOrEqual(502);
      expect(await client.mGet([name(1), name('none')])).toEqual(['v1', null]);
      expect(await client.info('server')).toContain('redis_version:');
      expect(await client.configGet('databases')).toMatchObject({ databases: '1' });
      const id = await client.clientId();
      const other = createClient({ url: `redis://127.0.0.1:${portOf(1)}` });
      other.on('error', () => {});
      await other.connect();
      expect(await other.sendCommand(['CLIENT', 'KILL', 'ID', String(id)])).toBe(1);
      other.destroy();
      await until('it is back', async () => (await client.get(name('a')).catch(() => null)) === 'one');
    } finally {
      client.destroy();
    }
  });
});

describe.skipIf(redisMissing !== undefined)(`Redis' own tools (skipped where ${redisMissing})`, () => {
  it('redis-cli', async () => {
    const cli = (...args: string[]) => run('redis-cli', ['-p', String(portOf(2)), ...args]);
    expect((await cli('SET', 'cli', 'value')).stdout).toBe('OK\n');
    expect((await cli('-3', 'GET', 'cli')).stdout).toBe('value\n');
    expect((await cli('--scan', '--pattern', 'cli*')).stdout).toBe('cli\n');
    expect((await cli('-3', 'INFO', 'cluster')).stdout).toContain('members:3');
    expect((await cli('COMMAND', 'COUNT')).stdout).toMatch(/^\d+\n$/);
  });

  it('redis-benchmark', async () => {
    const args = [
      '-p',
      String(portOf(0)),
      '-t',
      'set,get,mset',
      '-n',
      '2000',
      '-c',
      '20',
      '-P',
      '8',
      '-r',
      '100',
    ];
    const { stdout, stderr } = await run('redis-benchmark', [...args, '--csv']);
    expect(stderr).not.toContain('Error');
    for (const name of ['SET', 'GET', 'MSET']) expect(stdout).toContain(`"${name}`);
  });
});
