/**
 * `rkv server --config FILE` on real processes: what is in the file has its effect, flags count more, and mistakes
 * are told before anything is started. Runs the compiled output; every wait has a deadline.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RkvClient } from './client/index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(resolve(root, process.env.RKV_DIST ?? 'dist'), 'bin', 'main.js');
const deadlineMs = 60_000;

const endings: (() => Promise<unknown> | unknown)[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rkv-config-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs rkv server to its end. */
function server(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const options = { timeout: deadlineMs, env: { ...process.env, NO_COLOR: '1', ...variables } };
    execFile(process.execPath, [main, 'server', ...args], options, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

describe('rkv server --config', () => {
  it('starts the server that the file describes, but for what a flag says', async () => {
    const directory = join(folder, 'data');
    const config = fileOf(
      'node.json',
      JSON.stringify({ name: 'n7@127.0.0.1', port: 1, ringSize: 16, dataDir: directory, logFormat: 'text' }),
    );
    const args = [main, 'server', '--config', config, '--port', '0'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    endings.push(() => {
      child.kill('SIGKILL');
      return exit;
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    const told = /n7@127\.0\.0\.1 serves clients on \S+:(\d+)/;
    const endMs = performance.now() + deadlineMs;
    while (!told.test(text) && child.exitCode === null && performance.now() < endMs)
      await new Promise((done) => setTimeout(done, 20));
    const port = Number(told.exec(text)?.[1]);
    expect(port, text).toBeGreaterThan(1);
    const client = await RkvClient.connect({ host: '127.0.0.1', port });
    endings.push(() => client.close());
    await client.put('k', 'v');
    expect((await client.get('k')).value?.toString()).toBe('v');
    expect(existsSync(directory)).toBe(true);
    expect(text).not.toContain('"event"');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('checks without starting anything, and shows what it comes to, but no secret', async () => {
    const directory = join(folder, 'data');
    const config = fileOf('node.yaml', `port: 7005\ndataDir: ${directory}\nn: 1\nlimit: { clients: 10 }\n`);
    const args = ['--config', config, '--limit', 'requests=20', '--check-config'];
    const { code, out, err } = await server(args, { RKV_CLUSTER_SECRET: 'hunter2hunter2hunter2' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(parse(out)).toMatchObject({
      name: 'node1@127.0.0.1',
      port: 7005,
      linkPort: 8005,
      dataDir: directory,
      n: 1,
      r: 1,
      w: 1,
      limit: { clients: 10, requests: 20 },
    });
    expect(out).toContain('RKV_CLUSTER_SECRET');
    expect(out).not.toContain('hunter2');
    expect(existsSync(directory)).toBe(false);
    expect(await server(['--config', fileOf('same.yaml', out), '--check-config'])).toMatchObject({ code: 0 });
  });

  it('tells all mistakes of a file, and ends with 3', async () => {
    const config = fileOf('node.yaml', 'prot: 7001\nringSize: 63\nlogLevel: warm\n');
    expect(await server(['--config', config])).toEqual({
      code: 3,
      out: '',
      err: [
        `rkv: The configuration ${config} is wrong:`,
        'rkv: ringSize: found 63, expected a power of two from 8 to 1024, for example 64',
        'rkv: logLevel: found "warm", expected one of debug, info, warn, error',
        'rkv: prot: there is no such key; did you mean "port"?',
        '',
      ].join('\n'),
    });
    const missing = join(folder, 'none.yaml');
    const { code, err } = await server(['--config', missing]);
    expect(code).toBe(3);
    expect(err).toMatch(/^rkv: The configuration \S+none\.yaml cannot be read: ENOENT[^\n]*\n$/);
  });

  it('tells all that is wrong with the settings and the files that they name', async () => {
    const config = fileOf(
      'node.yaml',
      `users: ${join(folder, 'no-users')}\nclusterSecretFile: ${fileOf('secret', 'short')}\nr: 4\nmember: ["a@b=b:1/2"]\n`,
    );
    const { code, out, err } = await server(['--config', config, '--check-config']);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    const lines = err.trimEnd().split('\n');
    expect(lines).toEqual([
      'rkv: node1@127.0.0.1 is not among the members it was given.',
      'rkv: r is 4, and must be an integer from 1 to n, which is 3.',
      expect.stringMatching(/^rkv: The users file \S+no-users cannot be read/),
      expect.stringMatching(/^rkv: The cluster secret in \S+secret has 5 bytes/),
    ]);
    const flags = await server(['--port', 'abc', '--metrics-port', '-1', '-n', '9', '--check-config']);
    expect(flags.code).toBe(3);
    expect(flags.err).toContain('rkv: NaN is no port');
    expect(flags.err).toContain('rkv: n is 9, and must be');
    const twice = await server(['--config', 'a', '--config', 'b', '-n', '1', '-n', '2']);
    expect(twice).toEqual({
      code: 3,
      out: '',
      err: 'rkv: --config is given 2 times: give it once.\nrkv: -n is given 2 times: give it once.\n',
    });
    const open = await server(['--config', fileOf('open.yaml', 'host: 0.0.0.0\n'), '--check-config']);
    expect(open.code).toBe(3);
    expect(open.err).toMatch(/^rkv: A server on 0\.0\.0\.0 can be reached .* no protection/);
  });
});
