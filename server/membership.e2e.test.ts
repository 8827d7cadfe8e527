/**
 * The tutorial's cluster on real processes, from three nodes with keys of their own to one that was killed and
 * came back. Runs the compiled output: `dist`, or what RKV_DIST names. Every wait has a deadline, and every process
 * that is started is ended by its own id.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type * as ServerModule from './index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const main = join(dist, 'bin', 'main.js');
const { RkvClient } = (await import(
  pathToFileURL(join(dist, 'server', 'index.js')).href
)) as typeof ServerModule;
type Client = Awaited<ReturnType<typeof RkvClient.connect>>;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const nameOf = (number: number) => `node${number}@127.0.0.1`;

/** One server, which can be killed and started again on its ports and its data. */
class Server {
  readonly number: number;
  readonly ports: readonly [client: number, link: number];
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #client: Client | undefined;

  constructor(number: number, ports: readonly [number, number], folder: string) {
    this.number = number;
    this.ports = ports;
    this.#folder = folder;
    endings.push(() => this.kill());
  }

  get client(): Client {
    return this.#client!;
  }

  async start(): Promise<void> {
    const [port, linkPort] = this.ports;
    const child = spawn(
      process.execPath,
      [main, 'server', '--name', nameOf(this.number), '--port', `${port}`, '--link-port', `${linkPort}`]
        .concat(['--ring-size', '16', '--data-dir', join(this.#folder, `${this.number}`)])
        .concat(['--durability', 'os']),
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    this.#child = child;
    await new Promise<void>((ready, fail) => {
      child.stdout.once('data', () => ready());
      child.once('exit', (code) => fail(new Error(`${nameOf(this.number)} ended with ${code}`)));
    });
    this.#client = await RkvClient.connect({ host: '127.0.0.1', port });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    this.#client?.close();
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((ready) => {
          const server = createServer().listen(0, '127.0.0.1', () => ready(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function threeServers(): Promise<[Server, Server, Server]> {
  const folder = mkdtempSync(join(tmpdir(), 'rkv-membership-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const ports = await freePorts(6);
  const servers = [1, 2, 3].map(
    (number) => new Server(number, [ports[number * 2 - 2]!, ports[number * 2 - 1]!], folder),
  );
  await Promise.all(servers.map((server) => server.start()));
  return servers as [Server, Server, Server];
}

async function rkv(
  input: string,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [main, ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, out, err };
}

async function until(what: string, isSo: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const settled = [
  '================================= Membership ==================================',
  'Status     Ring    Pending    Node',
  '-------------------------------------------------------------------------------',
  "valid      37.5%      --      'node1@127.0.0.1'",
  "valid      31.3%      --      'node2@127.0.0.1'",
  "valid      31.3%      --      'node3@127.0.0.1'",
  '-------------------------------------------------------------------------------',
  'Valid:3 / Leaving:0 / Exiting:0 / Joining:0 / Down:0',
].join('\n');

const told = async ({ client }: Server, verb: string, ...words: string[]) =>
  (await client.administer(verb, ...words)).text;

/** At every one of the servers. */
async function untilSettled(servers: readonly Server[]): Promise<void> {
  await until('a settled cluster', async () => {
    for (const server of servers) {
      if ((await told(server, 'member-status')) !== settled) return false;
      if (!(await told(server, 'ringready')).startsWith('TRUE')) return false;
      if ((await told(server, 'transfers')) !== 'No transfers active') return false;
    }
    return true;
  });
}

async function expectAllKeys({ client }: Server): Promise<void> {
  const values = await Promise.all(Array.from({ length: 300 }, (_, i) => client.get(`k${i + 1}`)));
  expect(values.map(({ value }) => String(value))).toEqual(Array.from({ length: 300 }, (_, i) => `${i + 1}`));
}

describe('three servers that begin alone', () => {
  it('become the cluster of the tutorial with all their keys, and come back after all were killed', async () => {
    const servers = await threeServers();
    const [first, second, third] = servers;
    await Promise.all(
      servers.map(({ number, client }) =>
        Promise.all(
          Array.from({ length: 100 }, (_, i) => number * 100 - 99 + i).map((i) =>
            client.put(`k${i}`, `${i}`),
          ),
        ),
      ),
    );
    const joined = await rkv(
      '',
      'admin',
      '--port',
      `${second.ports[0]}`,
      'join',
      `127.0.0.1:${first.ports[0]}`,
    );
    expect(joined).toMatchObject({
      code: 0,
      out: `Success: staged join request for '${nameOf(2)}' to '${nameOf(1)}'\n`,
    });
    const session = `join 127.0.0.1:${first.ports[0]}\nplan\ncommit\n`;
    const { code, out, err } = await rkv(session, 'console', '--port', `${third.ports[0]}`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Transfers resulting from cluster changes: 10');
    expect(out).toMatch(/Cluster changes committed\n$/);
    await untilSettled(servers);
    expect(await told(third, 'ring', 'LEGEND')).toBe(
      [
        '==================================== Nodes ====================================',
        'Node a: 6 ( 37.5%) node1@127.0.0.1',
        'Node b: 5 ( 31.3%) node2@127.0.0.1',
        'Node c: 5 ( 31.3%) node3@127.0.0.1',
        '==================================== Ring =====================================',
        'abca|bcab|cabc|abca|',
      ].join('\n'),
    );
    for (const server of servers) await expectAllKeys(server);
    await Promise.all(servers.map((server) => server.kill()));
    await Promise.all(servers.map((server) => server.start()));
    await untilSettled(servers);
    for (const server of servers) await expectAllKeys(server);
    // A stopped claimant is found by its silence, and another one decides.
    first.signal('SIGSTOP');
    await until('another claimant', async () =>
      (await told(third, 'ring-status')).includes(`Claimant:  '${nameOf(2)}'`),
    );
    first.signal('SIGCONT');
    await untilSettled(servers);
    const left = await rkv('', 'admin', '--port', `${first.ports[0]}`, '--json', 'leave', nameOf(3));
    expect(JSON.parse(left.out)).toMatchObject({ ok: true, staged: { kind: 'leave', name: nameOf(3) } });
    expect((await rkv('plan\ncommit\n', 'console', '--port', `${first.ports[0]}`)).code).toBe(0);
    await until('it has left', async () => {
      const text = await told(third, 'member-status');
      return text.includes("valid     100.0%      --      'node3@127.0.0.1'");
    });
    await expectAllKeys(second);
    const refused = await rkv('', 'admin', '--port', `${second.ports[0]}`, 'leave', nameOf(3));
    expect(refused).toMatchObject({
      code: 3,
      out: '',
      err: `Failed: '${nameOf(3)}' is not a member of the cluster.\n`,
    });
  });
});
