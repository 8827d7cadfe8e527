// The drivers that speak TLS, on a server that does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerTls } from '../server/edge/server-tls.js';
import { type Authority, createAuthority, opensslMissing } from '../server/testing/certificates.js';
import { startTestServer, type TestServer } from '../server/testing/test-server.js';
import { openDriver } from './conformance.js';
import { redisDriver } from './redis.js';
import { rkvDriver } from './rkv.js';

describe.skipIf(opensslMissing)('on a server that serves TLS', () => {
  let authority: Authority;
  let server: TestServer;
  beforeAll(async () => {
    authority = createAuthority();
    const files = { ...authority.sign('server', 'IP:127.0.0.1'), ca: authority.ca };
    server = await startTestServer({
      tls: await readServerTls({ ...files, clientAuth: false, cluster: false }),
    });
  });
  afterAll(async () => {
    await server?.stop();
    authority?.remove();
  });

  it.each([redisDriver, rkvDriver])('driver $name puts and gets, and trusts nobody else', async (driver) => {
    const endpoints = [{ host: '127.0.0.1', port: server.clientPort }];
    const opened = await openDriver(driver, endpoints, { tls: { ca: authority.ca } });
    const value = Buffer.alloc(100_000, 7);
    expect(await opened.run('put', 1, value)).toEqual({ kind: 'ok' });
    expect(await opened.run('get', 1)).toMatchObject({ kind: 'ok' });
    expect(await opened.run('get', 2)).toEqual({ kind: 'missing' });
    await opened.close();
    await expect(openDriver(driver, endpoints, { tls: true })).rejects.toThrow('is not trusted');
    await expect(openDriver(driver, endpoints, { tls: { ca: '/nowhere' } })).rejects.toThrow(
      'cannot be read',
    );
  });
});
