/** Hostile clients on real sockets: too many, ones that never read, ones that never finish; others do not notice. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RkvClient } from './client/index.js';
import { startTestServer, type TestServer, type TestServerOptions, until } from './testing/test-server.js';

const endings: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function started(options: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer(options);
  endings.push(() => server.stop());
  return server;
}

async function connected({ clientPort }: TestServer): Promise<RkvClient> {
  const client = await RkvClient.connect({ host: '127.0.0.1', port: clientPort });
  endings.push(() => client.close());
  return client;
}

async function raw({ clientPort }: TestServer): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: clientPort });
  socket.on('error', () => {});
  endings.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** However it ends: `once` of node:events would reject where the other end resets the connection. */
function closed(socket: Socket): Promise<void> {
  return new Promise((done) => socket.once('close', () => done()));
}

const told = async (client: RkvClient, name: string) =>
  Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(String(await client.send('INFO')))?.[1]);

describe('more clients than may be connected', () => {
  it("are told so in Redis' words, and those that are in go on", async () => {
    const server = await started({ clientsMax: 3 });
    const clients = await Promise.all([connected(server), connected(server), connected(server)]);
    await Promise.all(clients.map((client) => client.send('PING')));
    const socket = await raw(server);
    let heard = '';
    socket.on('data', (text) => {
      heard += text;
    });
    await closed(socket);
    expect(heard).toBe('-ERR max number of clients reached\r\n');
    expect(await told(clients[0]!, 'rejected_connections')).toBe(1);
    clients[2]!.close();
    await until('there is room again', async () => {
      const client = await connected(server);
      return client.send('PING').then(
        () => true,
        () => false,
      );
    });
  });
});

describe('a client that never reads its replies', () => {
  it('is not read on, keeps what it asked for small, and costs others nothing', async () => {
    const server = await started({});
    const other = await connected(server);
    await other.put('big', Buffer.alloc(1 << 20, 1));
    const greedy = await raw(server);
    greedy.pause();
    const get = '*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n';
    for (let i = 0; i < 500; i++) greedy.write(get);
    await until('it is held', async () => (await told(other, 'clients_held_total')) > 0);
    const list = String(await other.send('CLIENT', 'LIST'));
    const unread = [...list.matchAll(/omem=(\d+)/g)].map(([, bytes]) => Number(bytes));
    // Half a gigabyte was asked for; what the kernel and one reply hold is all that there is.
    expect(Math.max(...unread)).toBeLessThan(4 << 20);
    expect((await other.get('big')).value?.length).toBe(1 << 20);
  });
});

describe('a client that sends a request and never ends it', () => {
  it('is closed when its time is over, and others are served meanwhile', async () => {
    const server = await started({ cluster: { limits: { clientRequestMs: 500 } } });
    const other = await connected(server);
    const slow = await raw(server);
    slow.resume();
    slow.write('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n');
    const dribble = setInterval(() => slow.write('x'), 50);
    const ended = closed(slow);
    const isEnded = ended.then(() => true);
    while (!(await Promise.race([isEnded, other.send('PING').then(() => false)])));
    clearInterval(dribble);
    expect(await told(other, 'clients_slow_total')).toBe(1);
    expect((await other.get('k')).value).toBeNull();
    expect(server.log.filter(({ event }) => event === 'client-too-slow')).toHaveLength(1);
  });
});
