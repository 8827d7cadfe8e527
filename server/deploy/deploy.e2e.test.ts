/**
 * The servers of docker-compose.yml and of kubernetes.yaml, with the very flags that stand there, as processes: each
 * at a loopback address of its own in place of its host name, and with a folder in place of its volume and secrets.
 * What Docker and Kubernetes themselves do (images, names, volumes, probes in time) is not seen here. Runs the
 * compiled output; every wait has a deadline, and every process that is started is ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { RkvClient } from '../client/index.js';
import { hashPassword } from '../edge/password-hash.js';
import {
  composeServers,
  type DeployedServer,
  deploymentFile,
  kubernetesServers,
} from './testing/deployment-files.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const main = join(resolve(root, process.env.RKV_DIST ?? 'dist'), 'bin', 'main.js');
const deadlineMs = 60_000;
const login = { user: 'app', password: 'open sesame' };

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Started {
  child: ChildProcess;
  written(): string;
  exit: Promise<number | null>;
}

function run(program: string, args: readonly string[]): Started {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const exit = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  endings.push(() => {
    child.kill('SIGKILL');
    return exit;
  });
  return { child, written: () => text, exit };
}

async function until(what: string, isSo: () => Promise<boolean>, written: () => string): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > endMs)
      throw new Error(`${what}: not within ${deadlineMs} ms. The servers wrote:\n${written()}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function secretsFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rkv-deploy-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const password = await hashPassword(Buffer.from(login.password));
  const users = JSON.stringify({
    users: [{ name: login.user, password, rights: ['read', 'write', 'admin'] }],
  });
  // As the secrets of Compose are named, and as the keys of the Secret of Kubernetes are.
  for (const name of ['users', 'users.json']) writeFileSync(join(folder, name), users);
  writeFileSync(join(folder, 'cluster-secret'), 'sixteen bytes or more\n');
  return folder;
}

/** Loopback addresses that no other program is likely to use, so that the ports can stay as they are. */
function loopbackHosts(count: number): string[] {
  const network = `127.${randomInt(1, 255)}.${randomInt(255)}`;
  return Array.from({ length: count }, (_, index) => `${network}.${index + 1}`);
}

function hereInstead(
  servers: readonly DeployedServer[],
  hosts: readonly string[],
  folder: string,
): string[][] {
  return servers.map(({ args }, index) =>
    args.map((arg) =>
      servers
        .reduce((text, { host }, other) => text.replace(`=${host}:`, `=${hosts[other]}:`), arg)
        .replace('=0.0.0.0', `=${hosts[index]}`)
        .replace('=/data', `=${join(folder, `data${index}`)}`)
        .replace(/=(\/run\/secrets|\/etc\/rkv)\//, `=${folder}/`),
    ),
  );
}

const isLinux = process.platform === 'linux';
describe.skipIf(!isLinux)('the servers (skipped where not all of 127.0.0.0/8 is this machine)', () => {
  it.each([
    { file: 'docker-compose.yml', servers: composeServers() },
    { file: 'kubernetes.yaml', servers: kubernetesServers() },
  ])('of $file form one cluster, which one of them may leave and come back to', async ({ servers }) => {
    const hosts = loopbackHosts(servers.length);
    const commands = hereInstead(servers, hosts, await secretsFolder());
    const running = commands.map((args) => run(process.execPath, [main, ...args]));
    const written = () => running.map((server) => server.written()).join('\n');
    const isHealthy = async (host: string) => (await run(process.execPath, healthCheck(host)).exit) === 0;
    for (const host of hosts) await until(`${host} is ready`, () => isHealthy(host), written);

    const put = (host: string, key: string) => once(host, (client) => client.put(key, `value of ${key}`));
    const get = (host: string, key: string) =>
      once(host, async (client) => (await client.get(key)).value?.toString());
    for (const host of hosts)
      await until(`${host} takes a write`, () => put(host, host).then(() => true), written);
    for (const host of hosts)
      for (const key of hosts)
        await until(
          `${host} knows ${key}`,
          async () => (await get(host, key)) === `value of ${key}`,
          written,
        );

    const [first = '', , last = ''] = hosts;
    running.at(-1)!.child.kill('SIGTERM');
    expect(await running.at(-1)!.exit, written()).toBe(0);
    await until('the others write without it', () => put(first, 'k').then(() => true), written);
    running.push(run(process.execPath, [main, ...commands.at(-1)!]));
    await until(`${last} is ready again`, () => isHealthy(last), written);
    await until(`${last} knows it`, async () => (await get(last, 'k')) === 'value of k', written);
  });
});

async function once<T>(host: string, ask: (client: RkvClient) => Promise<T>): Promise<T> {
  const client = await RkvClient.connect({ host, port: 7001, login });
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

/** The arguments of `node` in the image's own check, at another address. */
function healthCheck(host: string): string[] {
  const [, words = '[]'] = /^HEALTHCHECK[^[]*CMD (\[.*\])$/m.exec(deploymentFile('Dockerfile')) ?? [];
  const [program, ...args] = JSON.parse(words) as string[];
  expect(program).toBe('node');
  return args.map((arg) => arg.replace('127.0.0.1', host));
}
