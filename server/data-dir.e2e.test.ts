/** Servers with data directories, as processes that are killed and started again, from the compiled output. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type * as ServerModule from './index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const main = join(dist, 'bin', 'main.js');
const server = (await import(pathToFileURL(join(dist, 'server', 'index.js')).href)) as typeof ServerModule;

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rkv-data-dir-'));
  endings.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function start(nodes: number, directory: string) {
  const data = { directory, durability: { kind: 'sync' as const } };
  const cluster = await server.startLocalCluster({ nodes, ringSize: 16, data });
  endings.push(() => cluster.stop());
  const { host, clientPort } = cluster.members[0]!;
  const client = await server.RkvClient.connect({ host, port: clientPort });
  endings.push(() => client.close());
  return { cluster, client };
}

/** Runs `rkv server` where it cannot start. */
function refusal(...flags: string[]): Promise<{ code: unknown; told: string }> {
  return new Promise((resolve) => {
    const args = [main, 'server', '--port', '0', ...flags];
    execFile(process.execPath, args, { timeout: 60_000 }, (error, _, told) =>
      resolve({ code: error?.code, told }),
    );
  });
}

describe('servers with data directories', () => {
  it('have what they acknowledged when all of them were killed', async () => {
    const directory = folder();
    const first = await start(2, directory);
    await Promise.all(Array.from({ length: 200 }, (_, i) => first.client.put(`key${i}`, `value${i}`)));
    await first.client.delete('key7');
    for (const index of [0, 1]) await first.cluster.kill(index, 'SIGKILL');
    const { client } = await start(2, directory);
    const found = await Promise.all(Array.from({ length: 200 }, (_, i) => client.get(`key${i}`)));
    const texts = found.map(({ value }) => value?.toString() ?? null);
    expect(texts).toEqual(Array.from({ length: 200 }, (_, i) => (i === 7 ? null : `value${i}`)));
    await client.put('key7', 'again');
    expect((await client.get('key7')).value?.toString()).toBe('again');
  });

  it('refuse a directory that is not theirs, in a sentence', async () => {
    const directory = folder();
    const { cluster } = await start(1, directory);
    const own = join(directory, 'node1');
    expect(await refusal('--data-dir', own)).toEqual({
      code: 3,
      told: `rkv: The data directory ${own} is in use by another process.\n`,
    });
    await cluster.stop();
    const other = await refusal('--data-dir', own, '--name', 'other@127.0.0.1');
    expect(other).toMatchObject({ code: 3 });
    expect(other.told).toMatch(/^rkv: .* belongs to node node1@127.0.0.1, and this is node other@127.0.0.1/);
    const ring = await refusal('--data-dir', own, '--ring-size', '64');
    expect(ring.told).toMatch(/rkv: .* was written for a ring of 16 partitions, and this node has one of 64/);
    const flags = await refusal('--durability', 'os');
    expect(flags).toMatchObject({ code: 3 });
    expect(flags.told).toMatch(/^rkv: --durability and --batch-window need --data-dir DIR/);
  });
});
