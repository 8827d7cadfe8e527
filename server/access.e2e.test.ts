/**
 * Who may reach a server, on real processes: users, and what a server refuses to do unprotected. Runs the
 * compiled output; every wait is for a condition with a deadline, and every process that is started is ended.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { RkvClient } from './client/index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(resolve(root, process.env.RKV_DIST ?? 'dist'), 'bin', 'main.js');

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

type Variables = Readonly<Record<string, string>>;

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs rkv to its end; `input` goes to its standard input. */
function rkv(args: readonly string[], variables: Variables = {}, input = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...variables };
    const child = execFile(process.execPath, [main, ...args], { timeout: 60_000, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin?.end(input);
  });
}

interface Started {
  child: ChildProcess;
  port: number;
  written(): string;
  exit: Promise<number | null>;
}

/** Starts a server on free ports, and waits until it serves. */
async function startServer(args: readonly string[] = [], variables: Variables = {}): Promise<Started> {
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, [main, 'server', '--port', '0', '--ring-size', '16', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  endings.push(() => {
    child.kill('SIGKILL');
    return exit;
  });
  await until('the server serves', () => /serves clients on \S+:\d+/.test(text) || child.exitCode !== null);
  const port = Number(/serves clients on \S+:(\d+)/.exec(text)?.[1]);
  if (Number.isNaN(port)) throw new Error(`The server did not start:\n${text}`);
  return { child, port, written: () => text, exit };
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rkv-access-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function connected(port: number, user: string, password: string): Promise<RkvClient> {
  const client = await RkvClient.connect({ host: '127.0.0.1', port, login: { user, password } });
  endings.push(() => client.close());
  return client;
}

describe('a server with users', () => {
  it('serves each what the file says, by the hashes that rkv password makes', async () => {
    const [alice, bob] = await Promise.all(
      ['alice’s', 'bob’s'].map(async (word) => (await rkv(['password'], {}, `${word}\n`)).out.trim()),
    );
    const file = join(temporaryFolder(), 'users.json');
    const users = [
      { name: 'alice', password: alice, rights: ['read', 'write', 'admin'] },
      { name: 'bob', password: bob, rights: ['read'] },
    ];
    writeFileSync(file, JSON.stringify({ users }));
    const { port, written } = await startServer(['--users', file]);
    const [first, second] = [
      await connected(port, 'alice', 'alice’s'),
      await connected(port, 'bob', 'bob’s'),
    ];
    await first.put('k', 'v');
    expect((await second.get('k')).value?.toString()).toBe('v');
    await expect(second.put('k', 'w')).rejects.toThrow(
      "NOPERM this user has no permissions to run the 'rkv.put'",
    );
    await expect(connected(port, 'bob', 'alice’s')).rejects.toThrow('WRONGPASS');
    await until('the failure is logged', () => written().includes('"event":"login-failed"'));
    expect(written()).not.toContain('alice’s');
  });

  it('takes one password from the environment, as the command line does', async () => {
    const { port } = await startServer([], { RKV_PASSWORD: 'open sesame' });
    const put = ['put', 'k', 'v', '--port', String(port)];
    expect(await rkv(put)).toMatchObject({ code: 3, err: 'rkv: NOAUTH Authentication required.\n' });
    expect(await rkv(put, { RKV_PASSWORD: 'open sesame' })).toMatchObject({ code: 0 });
    const file = join(temporaryFolder(), 'password');
    writeFileSync(file, 'open sesame\n');
    expect(await rkv([...put, '--user', 'default', '--password-file', file])).toMatchObject({ code: 0 });
  });

  it('says everything that is wrong with the file at once, and shows no hash', async () => {
    const file = join(temporaryFolder(), 'users.json');
    writeFileSync(
      file,
      JSON.stringify({ users: [{ name: 'a b', password: 'plain text', rights: ['reed'] }] }),
    );
    const { code, err } = await rkv(['server', '--port', '0', '--users', file]);
    expect(code).toBe(3);
    for (const place of ['users[0].name', 'users[0].password', 'users[0].rights[0]'])
      expect(err).toContain(place);
    expect(err).not.toContain('plain text');
    expect(err).not.toContain('    at ');
  });
});

describe('a server that others could reach', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1'])('does not begin on %s without protection', async (host) => {
    const { code, err } = await rkv(['server', '--port', '0', '--host', host]);
    expect(code).toBe(3);
    expect(err).toContain(`A server on ${host} can be reached from other machines`);
    expect(err).toContain('--users FILE');
    expect(err).toContain('--trusted-network');
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
