import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClusterSecret, clusterSecretOf, freshNonce, type ProofPurpose } from './cluster-secret.js';
import { proveAsAcceptor, proveAsConnector } from './link-handshake.js';

const right = clusterSecretOf('the secret of the cluster', 'a test');
const wrong = clusterSecretOf('the secret of somebody else', 'a test');
const magic = Buffer.from('rkv-link\x01', 'latin1');
const [connector, acceptor]: ProofPurpose[] = ['rkv link 1, connector', 'rkv link 1, acceptor'];

const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Two ends of one connection on loopback: who connected, and who accepted. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const one = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const [other] = (await once(server, 'connection')) as [Socket];
  for (const socket of [one, other]) socket.on('error', () => {});
  endings.push(
    () => one.destroy(),
    () => other.destroy(),
    () => server.close(),
  );
  return [one, other];
}

type Prove = typeof proveAsConnector;
const proving = (prove: Prove, socket: Socket, secret: ClusterSecret, timeoutMs?: number) =>
  new Promise<string | undefined>((done) => prove(socket, { secret, done, ...(timeoutMs && { timeoutMs }) }));

/** The bytes that come next, so many of them. */
async function read(socket: Socket, bytes: number): Promise<Buffer> {
  let taken = Buffer.alloc(0);
  while (taken.length < bytes) taken = Buffer.concat([taken, (await once(socket, 'data'))[0] as Buffer]);
  return taken;
}

describe('two nodes with one secret', () => {
  it('prove it to each other, and leave the connection to what comes behind', async () => {
    const [one, other] = await pair();
    expect(
      await Promise.all([proving(proveAsConnector, one, right), proving(proveAsAcceptor, other, right)]),
    ).toEqual([undefined, undefined]);
    one.write('a frame');
    expect((await read(other, 7)).toString()).toBe('a frame');
  });

  it('do so however slowly the bytes come', async () => {
    const [one, other] = await pair();
    const accepted = proving(proveAsAcceptor, other, right);
    const own = freshNonce();
    const dribble = async (bytes: Buffer) => {
      for (const byte of bytes) {
        one.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const answer = read(one, 41);
    await dribble(Buffer.concat([magic, own]));
    const theirs = (await answer).subarray(magic.length);
    await dribble(right.proof(connector!, own, theirs));
    expect(await accepted).toBeUndefined();
  });
});

describe('a node with another secret', () => {
  it('is told so, and so is the other', async () => {
    const [one, other] = await pair();
    const [ofConnector, ofAcceptor] = await Promise.all([
      proving(proveAsConnector, one, wrong),
      proving(proveAsAcceptor, other, right),
    ]);
    expect(ofConnector).toBe('it refuses this node: their cluster secrets differ');
    expect(ofAcceptor).toBe('it has another cluster secret');
  });

  it('is found out when it lets everybody in', async () => {
    const [one, other] = await pair();
    const connected = proving(proveAsConnector, one, right);
    await read(other, 41);
    other.write(Buffer.concat([magic, freshNonce()]));
    await read(other, 32);
    other.write(Buffer.concat([Buffer.from([1]), freshNonce()]));
    expect(await connected).toBe('it has another cluster secret');
  });
});

describe('somebody who has listened', () => {
  it('gets nowhere with a proof of before', async () => {
    const [first, firstEnd] = await pair();
    const accepted = proving(proveAsAcceptor, firstEnd, right);
    const own = freshNonce();
    first.write(Buffer.concat([magic, own]));
    const theirs = (await read(first, 41)).subarray(magic.length);
    const overheard = right.proof(connector!, own, theirs);
    first.write(overheard);
    expect(await accepted).toBeUndefined();
    const [second, secondEnd] = await pair();
    const again = proving(proveAsAcceptor, secondEnd, right);
    second.write(Buffer.concat([magic, own]));
    await read(second, 41);
    const answer = read(second, 1);
    second.write(overheard);
    expect(await again).toBe('it has another cluster secret');
    // Refused, and nothing that depends on the secret.
    expect(await answer).toEqual(Buffer.from([0]));
  });

  it('gets nowhere by sending back what it was sent', async () => {
    const [one, other] = await pair();
    const connected = proving(proveAsConnector, one, right);
    const hello = await read(other, 41);
    other.write(hello);
    const proof = await read(other, 32);
    other.write(Buffer.concat([Buffer.from([1]), proof]));
    expect(await connected).toBe('it has another cluster secret');
    expect(right.proof(connector!, hello, hello)).not.toEqual(right.proof(acceptor!, hello, hello));
  });
});

describe('what is no proof', () => {
  const hello = Buffer.concat([magic, freshNonce()]);
  it.each([
    ['a frame of a node without a secret', Buffer.from('0000001c00000000ff', 'hex')],
    ['a web browser', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['more than was asked', Buffer.concat([hello, Buffer.alloc(1)])],
    ['a megabyte', Buffer.alloc(1 << 20, 7)],
  ])('is refused: %s', async (_, bytes) => {
    const [one, other] = await pair();
    const accepted = proving(proveAsAcceptor, other, right);
    one.write(bytes);
    expect(await accepted).toContain('it does not prove that it knows the cluster secret');
    one.destroy();
  });

  it('is refused when it does not come in time, or when the connection ends', async () => {
    const [one, other] = await pair();
    one.write(hello.subarray(0, 20));
    expect(await proving(proveAsAcceptor, other, right, 30)).toContain('it does not prove');
    const [third, fourth] = await pair();
    const connected = proving(proveAsConnector, third, right);
    fourth.destroy();
    expect(await connected).toContain('it ended the connection before it proved');
    expect(one.destroyed).toBe(false);
  });
});

describe('a cluster secret', () => {
  it('is long enough, and blanks around it do not count', () => {
    expect(() => clusterSecretOf(' short \n', 'FILE')).toThrow('The cluster secret in FILE has 5 bytes');
    const [one, other] = ['sixteen bytes !!', ' sixteen bytes !!\n'].map((text) =>
      clusterSecretOf(text, 'FILE'),
    );
    expect(one!.proof(connector!)).toEqual(other!.proof(connector!));
  });

  it('proves other parts otherwise, wherever one ends and the next begins', () => {
    const [a, b] = [Buffer.from('ab'), Buffer.from('c')];
    expect(right.proof(connector!, a, b)).not.toEqual(
      right.proof(connector!, Buffer.from('a'), Buffer.from('bc')),
    );
    expect(right.isProof(right.proof(connector!, a, b).subarray(1), connector!, a, b)).toBe(false);
  });
});
