/**
 * Servers as real processes on real sockets, from the compiled output: `dist`, or what RKV_DIST names. Every
 * wait is for a condition with a deadline, and every process that is started is ended.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type * as ServerModule from './index.js';
import type { LocalCluster, LocalClusterOptions } from './index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const main = join(dist, 'bin', 'main.js');
const server = (await import(pathToFileURL(join(dist, 'server', 'index.js')).href)) as typeof ServerModule;

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function startCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const cluster = await server.startLocalCluster({ ringSize: 16, ...options });
  endings.push(() => cluster.stop());
  return cluster;
}

async function clientOf(cluster: LocalCluster, index: number) {
  const { host, clientPort } = cluster.members[index]!;
  const client = await server.RkvClient.connect({ host, port: clientPort });
  endings.push(() => client.close());
  return client;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

function run(program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000 }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, out, err });
    });
  });
}

const rkv = (...args: string[]) => run(process.execPath, [main, ...args]);

/** Starts rkv and returns it with all that it has written so far. */
function spawnRkv(...args: string[]): {
  child: ChildProcess;
  written: () => string;
  exit: Promise<number | null>;
} {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  endings.push(() => {
    child.kill('SIGKILL');
    return exit;
  });
  return { child, written: () => text, exit };
}

/** A bare connection, for bytes that no client would send. */
async function rawConnection(
  port: number,
): Promise<{ socket: Socket; read: () => string; isEnded: () => boolean }> {
  const socket = connect({ host: '127.0.0.1', port });
  endings.push(() => socket.destroy());
  let [text, ended] = ['', false];
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, read: () => text, isEnded: () => ended };
}

describe('a cluster of three servers', () => {
  it('gives at each node what was put at another, and goes on when one is killed', async () => {
    const exits: number[] = [];
    const cluster = await startCluster({ nodes: 3, onExit: (index) => exits.push(index) });
    const [first, second] = [await clientOf(cluster, 0), await clientOf(cluster, 1)];
    for (let i = 0; i < 100; i++) await first.put(`k${i}`, `v${i}`);
    for (let i = 0; i < 100; i++) expect((await second.get(`k${i}`)).value?.toString()).toBe(`v${i}`);
    await cluster.kill(2, 'SIGKILL');
    expect(isAlive(cluster.members[2]!.pid)).toBe(false);
    await until('the end is told', () => exits.length === 1 && exits[0] === 2);
    // A write that was on its way to the dead node may be left open; the next ones go round it.
    await until('writes go on', async () => {
      for (let i = 0; i < 100; i++) if (!(await isDone(() => first.put(`k${i}`, `w${i}`)))) return false;
      return true;
    });
    for (let i = 0; i < 100; i++) expect((await second.get(`k${i}`)).value?.toString()).toBe(`w${i}`);
    expect((await second.delete('k1')).node).toMatch(/^node[12]@/);
    expect((await first.get('k1')).value).toBeNull();
  });

  it('finds a stopped process by its silence', async () => {
    const cluster = await startCluster({ nodes: 3, n: 3, r: 3, w: 3 });
    const client = await clientOf(cluster, 0);
    await client.put('k23', 'v');
    await cluster.kill(1, 'SIGSTOP');
    const errors: string[] = [];
    await until('a definite refusal', async () => {
      await client.put('k23', 'w').catch((error: Error) => errors.push(error.message));
      return errors.some((error) => error.startsWith('UNAVAILABLE'));
    });
    await cluster.kill(1, 'SIGCONT');
    await until('writes again', () => isDone(() => client.put('k23', 'w')));
  });

  it('tells its ring, from which clients find the owner of a key', async () => {
    const cluster = await startCluster({ nodes: 3, n: 1 });
    const view = await server.fetchRing({ host: '127.0.0.1', port: cluster.members[1]!.clientPort });
    expect(view.members).toEqual(
      cluster.members.map(({ name, host, clientPort }) => ({ name, host, port: clientPort })),
    );
    const route = server.routeOf(view);
    const client = await clientOf(cluster, 0);
    for (let i = 0; i < 20; i++) {
      const key = Buffer.from(`k${i}`);
      const owner = view.members[route(key, 0, key.length)]!.name;
      // A fallback stands in for an owner that has no time to answer: that may be, now and then.
      await until(`${key} is put at ${owner}`, async () => (await client.put(key, 'v')).node === owner);
    }
  });

  it('closes only the connection that sends broken bytes', async () => {
    const cluster = await startCluster({ nodes: 1 });
    const port = cluster.members[0]!.clientPort;
    const good = await clientOf(cluster, 0);
    for (const bytes of [
      '*1\r\n$abc\r\n',
      '*-\r\n',
      '*99999999\r\n',
      '*1\r\n:1\r\n',
      '\x00\xff"\r\n',
      'POST / HTTP/1.1\r\n',
    ]) {
      const bad = await rawConnection(port);
      bad.socket.write(Buffer.from(bytes, 'latin1'));
      await until('closed', bad.isEnded);
      expect(bad.read()).toMatch(/^(-ERR Protocol error: .*\r\n)?$/);
      expect((await good.ping(1)).value).toBe(2);
    }
  });

  it('ends a link on which something else than a node speaks, and goes on', async () => {
    const cluster = await startCluster({ nodes: 2 });
    const stranger = await rawConnection(cluster.members[0]!.linkPort);
    stranger.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('closed', stranger.isEnded);
    expect(stranger.read()).toBe('');
    expect((await (await clientOf(cluster, 0)).put('k', 'v')).node).toMatch(/^node/);
  });

  it('does not read on from a client that does not read, and keeps its replies', async () => {
    const cluster = await startCluster({ nodes: 1 });
    const client = await clientOf(cluster, 0);
    await client.put('k', 'x'.repeat(1_000_000));
    const lazy = await rawConnection(cluster.members[0]!.clientPort);
    lazy.socket.pause();
    lazy.socket.write('GET k\r\n'.repeat(200));
    expect((await client.ping(1)).value).toBe(2);
    lazy.socket.resume();
    await until('all replies', () => lazy.read().length === 200 * (1_000_000 + '$1000000\r\n\r\n'.length));
  });
});

describe('a launcher', () => {
  it('leaves no server behind, even when it is killed', async () => {
    const { child, written } = spawnRkv('cluster', '--nodes', '3', '--base-port', '0', '--json');
    await until('the members', () => written().includes('\n'));
    const { members } = JSON.parse(written()) as { members: { pid: number }[] };
    expect(members.every(({ pid }) => isAlive(pid))).toBe(true);
    child.kill('SIGKILL');
    await until('the ends of the servers', () => members.every(({ pid }) => !isAlive(pid)));
  });

  it('ends with 130 and without its servers on Ctrl-C', async () => {
    const { child, written, exit } = spawnRkv('cluster', '--nodes', '2', '--base-port', '0', '--json');
    await until('the members', () => written().includes('\n'));
    const { members } = JSON.parse(written()) as { members: { pid: number }[] };
    // A terminal sends SIGINT to the servers as well; they leave it to the launcher.
    for (const { pid } of members) process.kill(pid, 'SIGINT');
    child.kill('SIGINT');
    expect(await exit).toBe(130);
    expect(members.some(({ pid }) => isAlive(pid))).toBe(false);
  });

  it('says in one sentence that a port is in use, and leaves nothing', async () => {
    const cluster = await startCluster({ nodes: 1 });
    const basePort = cluster.members[0]!.clientPort - 1;
    const { code, err } = await rkv('cluster', '--nodes', '2', '--base-port', String(basePort));
    expect(code).toBe(3);
    expect(err).toMatch(/^rkv: Port \d+ on 127\.0\.0\.1 is in use: .*\n$/);
  });

  it('says what is wrong with what it is asked for', async () => {
    await expect(server.startLocalCluster({ nodes: 0 })).rejects.toThrow(/1 to 64 nodes/);
    await expect(server.startLocalCluster({ nodes: 1, ringSize: 12 })).rejects.toThrow(/power of two/);
    await expect(server.startLocalCluster({ nodes: 1, n: 2, r: 3 })).rejects.toThrow(/^r is 3/);
  });
});

describe('the command line', () => {
  it('answers as the tutorial does, from one server', async () => {
    const { child, written, exit } = spawnRkv('server', '--port', '0');
    await until('the server', () => /serves clients on 127\.0\.0\.1:(\d+)/.test(written()));
    const port = /127\.0\.0\.1:(\d+)/.exec(written())![1]!;
    const ping = await rkv('ping', '--port', port);
    expect(ping.out).toBe('pong 2  node1@127.0.0.1  159851741583067506678528028578343455274867621888\n');
    expect((await rkv('get', 'k2', '--port', port)).code).toBe(1);
    expect((await rkv('put', 'k2', 'v2', '--port', port)).out).toMatch(/^ok {2}node1@127\.0\.0\.1 {2}\d+\n$/);
    expect((await rkv('get', 'k2', '--port', port)).out).toMatch(/^ok v2 {2}node1@127\.0\.0\.1 {2}\d+\n$/);
    expect((await rkv('delete', 'k2', '--port', port)).out).toMatch(/^ok {2}node1@/);
    const gone = await rkv('get', 'k2', '--port', port, '--json');
    expect(JSON.parse(gone.out)).toMatchObject({ result: 'not_found', node: 'node1@127.0.0.1' });
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('says in one sentence that no server answers', async () => {
    const { code, err } = await rkv('get', 'k', '--port', '1');
    expect(code).toBe(3);
    expect(err).toMatch(/^rkv: No server answers on 127\.0\.0\.1:1 \(ECONNREFUSED\)\.\n$/);
  });

  it('starts a server as one of several members', async () => {
    // Ports that were free a moment ago: those of a cluster that has ended.
    const cluster = await server.startLocalCluster({ nodes: 2 });
    const flags = cluster.members.flatMap(({ name, host, clientPort, linkPort }) => [
      '--member',
      `${name}=${host}:${clientPort}/${linkPort}`,
    ]);
    await cluster.stop();
    const servers = cluster.members.map(({ name, clientPort, linkPort }) =>
      spawnRkv('server', '--name', name, '--port', `${clientPort}`, '--link-port', `${linkPort}`, ...flags),
    );
    for (const { written } of servers)
      await until('all members', () => written().includes('sees all 2 members'));
    const [first, second] = cluster.members.map(({ clientPort }) => `${clientPort}`);
    await rkv('put', 'k', 'v', '--port', first!);
    expect((await rkv('get', 'k', '--port', second!)).out).toMatch(/^ok v /);
  });
});

describe('the quorum flags of rkv put, get and delete', () => {
  it('print the reason and what each vnode answered', async () => {
    const cluster = await startCluster({ nodes: 3 });
    const port = `${cluster.members[0]!.clientPort}`;
    const vnode = 'node[123]@127\\.0\\.0\\.1  \\d+';
    const put = await rkv('put', 'k', 'v', '--n', '3', '--w', '3', '--timeout', '1000', '--port', port);
    expect(put).toMatchObject({ code: 0, out: expect.stringMatching(`^finished\n(ok  ${vnode}\n){3}$`) });
    const get = await rkv('get', 'k', '--r', '2', '--port', port);
    expect(get).toMatchObject({ code: 0, out: expect.stringMatching(`^finished\n(ok v  ${vnode}\n){2}$`) });
    const { reason, results } = JSON.parse(
      (await rkv('delete', 'k', '--w', '1', '--json', '--port', port)).out,
    );
    expect([reason, results[0].result]).toEqual(['finished', 'ok']);
    expect((await rkv('get', 'k', '--n', '2', '--r', '3', '--port', port)).err).toContain('n, which is 2');
  });
});

const redisCli = await run('redis-cli', ['--version']);

describe.skipIf(redisCli.code !== 0)('redis-cli (skipped where it is not installed)', () => {
  it('talks RESP2 and RESP3 to a server', async () => {
    const cluster = await startCluster({ nodes: 1 });
    const port = String(cluster.members[0]!.clientPort);
    const cli = (...args: string[]) => run('redis-cli', ['-p', port, ...args]);
    expect((await cli('SET', 'k', 'v')).out).toBe('OK\n');
    expect((await cli('GET', 'k')).out).toBe('v\n');
    expect((await cli('-3', 'GET', 'none')).out).toBe('\n');
    expect((await cli('DEL', 'k', 'none')).out).toBe('1\n');
    expect((await cli('LPUSH', 'k', 'v')).out).toMatch(
      /^ERR unknown command 'LPUSH', with args beginning with: 'k' 'v' *\n+$/,
    );
  });
});

async function isDone(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch {
    return false;
  }
}
