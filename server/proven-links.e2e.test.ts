/** Links between nodes that prove who they are, by a secret or by certificates, on real sockets. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RkvClient } from './client/index.js';
import { clusterSecretOf } from './edge/cluster-secret.js';
import { readServerTls, type ServerTls } from './edge/server-tls.js';
import { type Authority, createAuthority, opensslMissing } from './testing/certificates.js';
import { startTestServer, type TestServer, type TestServerOptions, until } from './testing/test-server.js';

const [right, wrong] = ['the secret of the cluster', 'the secret of somebody else'].map((text) =>
  clusterSecretOf(text, 'a test'),
);

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function started(number: number, options: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer({ name: `node${number}@127.0.0.1`, ...options });
  endings.push(() => server.stop());
  return server;
}

async function clientOf({ clientPort }: TestServer): Promise<RkvClient> {
  const client = await RkvClient.connect({ host: '127.0.0.1', port: clientPort });
  endings.push(() => client.close());
  return client;
}

async function join(newcomer: TestServer, to: TestServer): Promise<string> {
  const client = await clientOf(newcomer);
  return (await client.administer('join', `127.0.0.1:${to.clientPort}`)).text;
}

/** Plans and commits what is staged, and waits until both are members. */
async function commit(server: TestServer): Promise<void> {
  const client = await clientOf(server);
  await until('the plan', async () => (await client.administer('plan')).isOk);
  await until('the commit', async () => (await client.administer('commit')).isOk);
  await until('both are members', async () => {
    const members = (await client.administer('member-status')).data.members as { status: string }[];
    return members.length === 2 && members.every(({ status }) => status === 'valid');
  });
}

const refusals = ({ log }: TestServer) =>
  log.filter(({ event }) => event === 'link-refused').map(({ reason }) => String(reason));

describe('nodes with one secret', () => {
  it('form a cluster', async () => {
    const [first, second] = [
      await started(1, { clusterSecret: right }),
      await started(2, { clusterSecret: right }),
    ];
    expect(await join(second, first)).toContain('Success');
    await commit(second);
    expect([...refusals(first), ...refusals(second)]).toEqual([]);
  });
});

describe('a node that does not know the secret', () => {
  it.each([
    ['another', right, wrong, 'its cluster has another secret than this node'],
    ['none', right, undefined, 'its cluster has a secret, and this node has none (--cluster-secret-file)'],
    ['one, and the cluster none', undefined, right, 'its cluster has no secret, and this node has one'],
  ])('does not join: it has %s', async (_, ofFirst, ofSecond, why) => {
    const [first, second] = [
      await started(1, { clusterSecret: ofFirst }),
      await started(2, { clusterSecret: ofSecond }),
    ];
    expect(await join(second, first)).toContain(
      `127.0.0.1:${first.clientPort} does not let this node join: ${why}`,
    );
  });

  it.each([
    ['another', wrong, 'it refuses this node: their cluster secrets differ', 'it has another cluster secret'],
    ['none', undefined, undefined, 'it does not prove that it knows the cluster secret'],
  ])(
    'has no link although it was told the members, and both logs say why: it has %s',
    async (_, secret, of2, of1) => {
      const first = await started(1, { clusterSecret: right });
      const cluster = { clusterId: first.clusterId };
      const member = (name: string, clientPort: number, linkPort: number) => ({
        name,
        host: '127.0.0.1',
        clientPort,
        linkPort,
      });
      const second = await startTestServer({
        name: 'node2@127.0.0.1',
        clusterSecret: secret,
        members: (own) => [own, member('node1@127.0.0.1', first.clientPort, first.linkPort)],
        cluster,
      });
      endings.push(() => second.stop());
      await until('the first refuses', () => refusals(first).some((reason) => reason.includes(of1)));
      if (of2 !== undefined) await until('the second knows why', () => refusals(second).includes(of2));
      expect(first.log.map(({ event }) => event)).not.toContain('link-up');
    },
  );

  it('is not heard: what it sends is read as nothing, and idle ones are few', async () => {
    const server = await started(1, { clusterSecret: right });
    const opened = async () => {
      const socket = connect({ host: '127.0.0.1', port: server.linkPort });
      socket.on('error', () => {});
      endings.push(() => socket.destroy());
      await once(socket, 'connect');
      return socket;
    };
    for (const bytes of [
      Buffer.alloc(1 << 16, 0xff),
      Buffer.from('0000000401020304', 'hex'),
      Buffer.from('\r\n'),
    ]) {
      const socket = await opened();
      socket.resume();
      socket.write(bytes);
      await once(socket, 'close');
    }
    expect(new Set(refusals(server))).toEqual(
      new Set(['it does not prove that it knows the cluster secret: it has none, or is no node']),
    );
    const idle = await Promise.all(Array.from({ length: 70 }, opened));
    for (const socket of idle) socket.resume();
    await until('the last are closed', () => idle.filter((socket) => socket.closed).length === 70 - 64);
    for (const socket of idle) socket.destroy();
    const second = await started(2, { clusterSecret: right });
    await until('a node joins all the same', async () => (await join(second, server)).includes('Success'));
    await commit(second);
  });
});

describe.skipIf(opensslMissing)('nodes with certificates', () => {
  let authority: Authority;
  let strangers: Authority;
  const tls = ({ ca }: Authority, files: { cert: string; key: string }): Promise<ServerTls> =>
    readServerTls({ ...files, ca, clientAuth: false, cluster: true });
  beforeAll(() => {
    authority = createAuthority();
    strangers = createAuthority();
  });
  afterAll(() => {
    authority.remove();
    strangers.remove();
  });

  it('of one authority form a cluster, with a secret as well', async () => {
    const own = await tls(authority, authority.sign('node', 'IP:127.0.0.1'));
    const [first, second] = [
      await started(1, { tls: own, clusterSecret: right }),
      await started(2, { tls: own, clusterSecret: right }),
    ];
    const secure = async ({ clientPort }: TestServer) => {
      const client = await RkvClient.connect({ host: '127.0.0.1', port: clientPort, tls: { ca: own.ca } });
      endings.push(() => client.close());
      return client;
    };
    const client = await secure(second);
    expect((await client.administer('join', `127.0.0.1:${first.clientPort}`)).text).toContain('Success');
    await until('the plan', async () => (await client.administer('plan')).isOk);
    await until('the commit', async () => (await client.administer('commit')).isOk);
    await until('both are up', () =>
      [first, second].every(({ log }) => log.some(({ event }) => event === 'link-up')),
    );
    // Somebody without a certificate does not get a word out of the port for nodes.
    const socket = connect({ host: '127.0.0.1', port: first.linkPort });
    socket.on('error', () => {});
    socket.resume();
    socket.write('hello\r\n\r\n');
    await once(socket, 'close');
    expect(refusals(first).some((reason) => reason.startsWith('no trusted certificate'))).toBe(true);
  });

  it('of another authority, or for another host, have no link', async () => {
    const own = await tls(authority, authority.sign('own', 'IP:127.0.0.1'));
    const first = await started(1, { tls: own });
    const told = (own: unknown) => [
      own as never,
      { name: 'node1@127.0.0.1', host: '127.0.0.1', clientPort: first.clientPort, linkPort: first.linkPort },
    ];
    const cluster = { clusterId: first.clusterId };
    const foreign = { ...(await tls(strangers, strangers.sign('foreign', 'IP:127.0.0.1'))), ca: own.ca };
    const second = await startTestServer({ name: 'node2@127.0.0.1', tls: foreign, members: told, cluster });
    endings.push(() => second.stop());
    await until('the foreign one is refused', () =>
      refusals(first).some((reason) => reason.startsWith('no trusted certificate')),
    );
    const elsewhere = await tls(authority, authority.sign('elsewhere', 'DNS:elsewhere.example'));
    const third = await startTestServer({ name: 'node3@127.0.0.1', tls: elsewhere, members: told, cluster });
    endings.push(() => third.stop());
    await until('the one of elsewhere is refused', () =>
      refusals(first).includes('its certificate is not of 127.0.0.1, where it says it is'),
    );
    expect(first.log.map(({ event }) => event)).not.toContain('link-up');
  });

  it('are told which file is wrong before they begin', async () => {
    const { cert, key } = authority.sign('one', 'IP:127.0.0.1');
    const { key: other } = authority.sign('two', 'IP:127.0.0.1');
    const files = { cert, key, ca: authority.ca, clientAuth: false, cluster: false };
    await expect(readServerTls({ ...files, cert: '/nowhere' })).rejects.toThrow(
      '--tls-cert /nowhere cannot be read',
    );
    await expect(readServerTls({ ...files, cert: key })).rejects.toThrow('this is no certificate in PEM');
    await expect(readServerTls({ ...files, key: other })).rejects.toThrow(`not the one of ${cert}`);
    await expect(readServerTls({ ...files, ca: undefined, cluster: true })).rejects.toThrow(
      '--tls-cluster needs --tls-ca',
    );
  });
});
