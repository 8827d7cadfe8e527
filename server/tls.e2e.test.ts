/** Clients that talk TLS to a server: rkv's own, Redis' command line, and those that should not get in. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClientTls, RkvClient } from './client/index.js';
import { readServerTls } from './edge/server-tls.js';
import { type Authority, createAuthority, opensslMissing } from './testing/certificates.js';
import { startTestServer, type TestServer, until } from './testing/test-server.js';

const redisCliMissing =
  spawnSync('redis-cli', ['--help'], { encoding: 'utf8' }).stdout?.includes('--tls') === true
    ? undefined
    : 'redis-cli with TLS is not installed';

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describe.skipIf(opensslMissing)('a server with a certificate', () => {
  let authority: Authority;
  let files: { cert: string; key: string };
  let other: { cert: string; key: string };
  beforeAll(() => {
    authority = createAuthority();
    files = authority.sign('server', 'IP:127.0.0.1');
    other = authority.sign('client', 'DNS:client.example');
  });
  afterAll(() => authority.remove());

  async function started(clientAuth = false): Promise<TestServer> {
    const tls = await readServerTls({ ...files, ca: authority.ca, clientAuth, cluster: false });
    const server = await startTestServer({ tls });
    endings.push(() => server.stop());
    return server;
  }

  async function connected({ clientPort }: TestServer, tls: ClientTls | undefined): Promise<RkvClient> {
    const client = await RkvClient.connect({ host: '127.0.0.1', port: clientPort, tls });
    endings.push(() => client.close());
    return client;
  }

  const ca = () => readFileSync(authority.ca);

  it('serves values of every size', async () => {
    const client = await connected(await started(), { ca: ca() });
    for (const bytes of [0, 1, 16_384, 1_000_003]) {
      const value = Buffer.alloc(bytes, bytes % 251);
      await client.put('k', value);
      expect((await client.get('k')).value?.equals(value)).toBe(true);
    }
  });

  it.skipIf(redisCliMissing)('serves redis-cli', async () => {
    const { clientPort } = await started();
    const redisCli = async (...words: string[]) => {
      const child = spawn('redis-cli', ['-p', String(clientPort), ...words]);
      let out = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (out += text));
      await once(child, 'close');
      return out.trim();
    };
    const trusting = ['--tls', '--cacert', authority.ca];
    expect(await redisCli(...trusting, 'SET', 'k', 'v')).toBe('OK');
    expect(await redisCli(...trusting, 'GET', 'k')).toBe('v');
    expect(await redisCli('--tls', 'GET', 'k')).toContain('certificate verify failed');
  });

  it('is trusted by nobody who does not know its authority, or looks for another name', async () => {
    const server = await started();
    await expect(connected(server, {})).rejects.toThrow(
      'name the authority of its certificate with --tls-ca FILE',
    );
    await expect(connected(server, { ca: ca(), serverName: 'elsewhere.example' })).rejects.toThrow(
      'is not trusted',
    );
  });

  it('says nothing to those who do not speak TLS, and goes on serving others', async () => {
    const server = await started();
    const plain = await connected(server, undefined);
    await expect(plain.get('k')).rejects.toThrow('without a word. If it serves TLS');
    for (const bytes of [
      'GET / HTTP/1.1\r\n\r\n',
      '*1\r\n$4\r\nPING\r\n',
      '\x16\x03\x01\xff\xff'.repeat(1000),
    ]) {
      const socket = connect({ host: '127.0.0.1', port: server.clientPort });
      let heard = '';
      socket.on('error', () => {});
      socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
      socket.write(Buffer.from(bytes, 'latin1'));
      await once(socket, 'close');
      // At most an alert of TLS.
      expect(heard.length).toBeLessThan(16);
    }
    await until('the log tells', () => server.log.some(({ event }) => event === 'client-refused'));
    expect((await (await connected(server, { ca: ca() })).get('k')).value).toBeNull();
  });

  it('with --tls-client-auth serves those alone who have a certificate of the authority', async () => {
    const server = await started(true);
    const read = (name: 'cert' | 'key') => readFileSync(other[name]);
    const known = await connected(server, { ca: ca(), cert: read('cert'), key: read('key') });
    await known.put('k', 'v');
    await expect(connected(server, { ca: ca() }).then((client) => client.get('k'))).rejects.toThrow();
  });

  it('refuses TLS that is too old', async () => {
    const { clientPort } = await started();
    const socket = connectTls({
      host: '127.0.0.1',
      port: clientPort,
      ca: ca(),
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    const [error] = await once(socket, 'error').catch((cause) => [cause]);
    expect(error).toBeInstanceOf(Error);
    expect(socket.authorized).toBe(false);
  });
});
