// The drivers for stores of others, each against the real server, and against one that is gone or answers nonsense.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Driver, Outcome, Session } from '../bench/driver.js';
import { freePort } from '../bench/perf/free-port.js';
import { postgresMissing, startPostgres } from '../bench/testing/postgres-server.js';
import { missingProgram, startStore, type TestStore } from '../bench/testing/store-process.js';
import { driverConformance } from './conformance.js';
import { etcdDriver } from './etcd.js';
import { httpDriver } from './http.js';
import { memcachedDriver } from './memcached.js';
import { postgresDriver } from './postgres.js';

interface Case {
  driver: Driver;
  missing: string | undefined;
  start(): Promise<TestStore>;
}

const cases: readonly Case[] = [
  { driver: memcachedDriver, missing: missingProgram('memcached', '-V'), start: startMemcached },
  { driver: etcdDriver, missing: missingProgram('etcd', '--version'), start: startEtcd },
  { driver: postgresDriver, missing: postgresMissing, start: startPostgres },
  { driver: httpDriver, missing: undefined, start: startHttp },
];

describe.each(cases)('the driver of $driver.name', ({ driver, missing, start }) => {
  const why = missing === undefined ? '' : ` (skipped: ${missing})`;
  const testStore = test.skipIf(missing !== undefined);
  let store: TestStore | undefined;
  beforeAll(async () => {
    if (missing === undefined) store = await start();
  });
  afterAll(async () => {
    await store?.stop();
  });
  const endpoints = () => [{ host: '127.0.0.1', port: store!.port }];
  driverConformance(driver.name, driver, { endpoints, skip: missing });

  testStore(`opens many workers at once and reads its own puts${why}`, async () => {
    const sessions = await Promise.all([1, 2, 3, 4].map((id) => open(driver, store!.port, id)));
    const session = sessions[2]!;
    expect(await run(session, 'get_own_puts', 0)).toEqual({ kind: 'silent' });
    expect(await run(session, 'put', 77, Buffer.from('x'))).toMatchObject({ kind: 'ok' });
    expect(await run(session, 'get_own_puts', 0)).toMatchObject({ kind: 'ok' });
    expect(await run(session, 'delete', 77)).toMatchObject({ kind: 'ok' });
    expect(await run(session, 'get_own_puts', 0)).toMatchObject({ kind: 'failed', code: 'own_put_missing' });
    await Promise.all(sessions.map((one) => one.close?.()));
  });

  if (driver.operations!.includes('scan')) {
    testStore(`scans from a key on${why}`, async () => {
      const session = await open(driver, store!.port);
      for (const key of [500, 501, 502]) await run(session, 'put', key, Buffer.from('x'));
      expect(await run(session, 'scan', 501, Buffer.from('2'))).toMatchObject({ kind: 'ok' });
      expect(await run(session, 'scan', 999, Buffer.from('2'))).toMatchObject({ kind: 'missing' });
      await session.close?.();
    });
  }

  testStore(`takes keys of any bytes, or says why not${why}`, async () => {
    const session = await open(driver, store!.port);
    const key = Buffer.from([0, 32, 47, 37, 255, 10]);
    const outcome = await run(session, 'put', key, Buffer.from('x'));
    if (outcome.kind === 'failed') expect(outcome).toMatchObject({ code: 'bad_key', definite: true });
    else expect(await run(session, 'get', key)).toMatchObject({ kind: 'ok' });
    await session.close?.();
  });

  test('says in one sentence, or in each outcome, that nobody answers', async () => {
    const port = await freePort();
    const opened = await open(driver, port).catch((error: Error) => error);
    if (opened instanceof Error) {
      expect(opened.message).toContain('127.0.0.1');
      expect(opened.message).not.toContain('\n');
      return;
    }
    expect(await run(opened, 'put', 1, Buffer.from('x'))).toMatchObject({ kind: 'failed', definite: true });
    await opened.close?.();
  });

  test('does not believe a server that speaks something else', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.end('what?\r\n'));
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const opened = await open(driver, port).catch((error: Error) => error);
    if (!(opened instanceof Error)) {
      expect(await run(opened, 'put', 1, Buffer.from('x'))).toMatchObject({ kind: 'failed' });
      await opened.close?.();
    }
    await new Promise((resolve) => server.close(resolve));
  });

  testStore(`leaves open what was in flight when the server ends${why}`, async () => {
    const doomed = await start();
    let isStopped = false;
    const stop = async (): Promise<void> => {
      if (!isStopped) await doomed.stop();
      isStopped = true;
    };
    onTestFinished(stop);
    const session = await open(driver, doomed.port);
    expect(await run(session, 'put', 5, Buffer.from('x'))).toMatchObject({ kind: 'ok' });
    await stop();
    const outcomes = [
      await run(session, 'get', 5),
      await run(session, 'get', 5),
      await run(session, 'get', 5),
    ];
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
    // By then the loss is known: it was never sent.
    expect(outcomes[2]).toMatchObject({ definite: true });
    await session.close?.();
  });
});

test('settings that a driver does not take are named', async () => {
  await expect(open(etcdDriver, 1, 1, { serialisable: true })).rejects.toThrow(
    /driverOptions of driver etcd: .*serialisable.* It takes: serializable/,
  );
});

async function open(
  driver: Driver,
  port: number,
  workerId = 1,
  settings: Record<string, unknown> = {},
): Promise<Session> {
  const own: number[] = [];
  return driver.open!(workerId, {
    endpoints: [{ host: '127.0.0.1', port }],
    connections: 'shared',
    timeoutMs: 5000,
    concurrentWorkers: 4,
    settings,
    ownPuts: { add: (key) => void own.push(key), pick: () => own[0] },
  });
}

async function run(
  session: Session,
  operation: string,
  key: number | Buffer,
  value = Buffer.alloc(0),
): Promise<Outcome> {
  return session.run(
    operation,
    () => key,
    () => value,
  );
}

async function startMemcached(): Promise<TestStore> {
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  return startStore(port, 'memcached', ['-p', String(port), '-l', '127.0.0.1', '-U', '0', ...user]);
}

async function startEtcd(): Promise<TestStore> {
  const [port, peerPort] = [await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'rkv-etcd-'));
  const [clients, peers] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  const flags = ['--data-dir', join(folder, 'data'), '--log-level', 'error', '--unsafe-no-fsync'];
  const urls = ['--listen-client-urls', clients, '--advertise-client-urls', clients];
  const peerUrls = ['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers];
  const cluster = ['--initial-cluster', `default=${peers}`];
  const store = await startStore(port, 'etcd', [...flags, ...urls, ...peerUrls, ...cluster]);
  return {
    port,
    stop: async () => {
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startHttp(): Promise<TestStore> {
  const values = new Map<string, Buffer>();
  const port = await freePort();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url!;
      if (request.method === 'PUT') values.set(path, Buffer.concat(chunks));
      const value = values.get(path);
      if (request.method === 'DELETE') values.delete(path);
      response.statusCode = value === undefined ? 404 : 200;
      response.end(request.method === 'GET' ? value : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
