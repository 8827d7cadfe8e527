import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

const [oneCopy, twoOfThree] = [
  { n: 1, r: 1, w: 1 },
  { n: 3, r: 2, w: 2 },
];

describe('a node alone', () => {
  it('answers at once, without any other event', () => {
    const cluster = new SimulatedCluster({ nodes: 1, seed: 1 });
    const client = cluster.client(0);
    client.send('SET', 'k', 'v');
    client.send('GET', 'k');
    client.send('EXISTS', 'k', 'k', 'other');
    client.send('DEL', 'k', 'other');
    client.send('GET', 'k');
    expect(client.replies).toEqual(['OK', 'v', '2', '1', 'nil']);
  });

  it('answers ping from the vnode that the ring gives the key', () => {
    const cluster = new SimulatedCluster({ nodes: 1, seed: 1, ringSize: 64 });
    const client = cluster.client(0);
    client.send('RKV.PING', '1');
    expect(client.replies).toEqual([
      'pong 2 node1@127.0.0.1 159851741583067506678528028578343455274867621888',
    ]);
  });

  it('tells of broken bytes, closes that client, and goes on with the others', () => {
    const cluster = new SimulatedCluster({ nodes: 1, seed: 1 });
    const [bad, good] = [cluster.client(0), cluster.client(0)];
    bad.sendBytes('*1\r\n$4\r\nPING\r\n*1\r\n:4\r\n*1\r\n$4\r\nPING\r\n');
    expect(bad.replies).toEqual(['PONG', "ERR Protocol error: expected '$', got ':'"]);
    expect(bad.isClosed).toBe(true);
    good.send('PING');
    expect(good.replies).toEqual(['PONG']);
  });

  it('reads no further from a client that does not take its replies, and loses nothing', () => {
    const cluster = new SimulatedCluster({ nodes: 1, seed: 1, limits: { clientOutputBytesFlush: 1000 } });
    const client = cluster.client(0);
    client.send('SET', 'k', 'x'.repeat(1000));
    client.isReading = false;
    client.sendBytes('*2\r\n$3\r\nGET\r\n$1\r\nk\r\n'.repeat(50));
    cluster.run(100);
    expect(client.replies).toHaveLength(1);
    client.readOn();
    cluster.run(100);
    expect(client.replies).toHaveLength(51);
    expect(new Set(client.replies.slice(1))).toEqual(new Set(['x'.repeat(1000)]));
  });
});

describe('three nodes', () => {
  it('give at any node what was put at another', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = new SimulatedCluster({ nodes: 3, seed, quorum: twoOfThree });
      cluster.form();
      const [first, second] = [cluster.client(0), cluster.client(1)];
      for (let i = 0; i < 50; i++) first.send('SET', `k${i}`, `v${i}`);
      cluster.runUntil('50 acknowledgements', () => first.replies.length === 50);
      for (let i = 0; i < 50; i++) second.send('GET', `k${i}`);
      cluster.runUntil('50 values', () => second.replies.length === 50);
      expect(new Set(first.replies)).toEqual(new Set(['OK']));
      expect(second.replies).toEqual(Array.from({ length: 50 }, (_, i) => `v${i}`));
    }
  });

  it('answer a pipelined client in the order of its commands, whoever owns the keys', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = new SimulatedCluster({ nodes: 3, seed, quorum: oneCopy });
      cluster.form();
      const client = cluster.client(0);
      const expected: string[] = [];
      for (let i = 0; i < 100; i++) {
        client.send('SET', `k${i}`, `v${i}`);
        client.send('ECHO', `e${i}`);
        client.send('GET', `k${i}`);
        client.send('DEL', `k${i}`, 'none', `k${i}`);
        expected.push('OK', `e${i}`, `v${i}`, '1');
      }
      cluster.runUntil('all replies', () => client.replies.length === 400);
      expect(client.replies).toEqual(expected);
    }
  });

  it('go on when one of them crashes: no request fails, and no write is lost', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = new SimulatedCluster({ nodes: 3, seed, quorum: twoOfThree });
      cluster.form();
      const client = cluster.client(0);
      const acknowledged = new Set<number>();
      let sent = 0;
      const put = () => {
        client.send('SET', `k${sent}`, `v${sent}`);
        sent++;
      };
      for (let i = 0; i < 50; i++) put();
      cluster.run(1);
      cluster.crash(2);
      for (let i = 0; i < 50; i++) put();
      cluster.runUntil('all answers', () => client.replies.length === 100);
      client.replies.forEach((reply, i) => {
        if (reply === 'OK') acknowledged.add(i);
      });
      // Where the ring wraps, two members hold all three copies: a fallback stands in for the dead one.
      expect(new Set(client.replies)).toEqual(new Set(['OK']));
      const reader = cluster.client(1);
      for (const i of acknowledged) reader.send('GET', `k${i}`);
      cluster.runUntil('all values', () => reader.replies.length === acknowledged.size);
      expect(reader.replies).toEqual([...acknowledged].map((i) => `v${i}`));
    }
  });

  it('see each other again after a crash and a restart', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 7 });
    cluster.form();
    cluster.crash(1);
    cluster.run(500);
    expect(cluster.node(0).isReady).toBe(false);
    cluster.restart(1);
    cluster.form();
  });

  it('suspect nobody when they all stood still: what was not heard may wait to be read', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 7 });
    cluster.form();
    const logged = cluster.logs.length;
    for (const node of [0, 1, 2]) cluster.freeze(node);
    cluster.run(5000);
    for (const node of [0, 1, 2]) cluster.thaw(node);
    cluster.run(1000);
    const events = cluster.logs.slice(logged).map(({ event }) => event);
    expect(events.filter((event) => event === 'link-down')).toEqual([]);
  });

  it('find a frozen member by its silence, and see it again when it thaws', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 8 });
    cluster.form();
    cluster.freeze(1);
    cluster.runUntil('suspicion', () => !cluster.node(0).isReady, 5000);
    expect(
      cluster.logs.some(({ event, reason }) => event === 'link-down' && /silent/.test(`${reason}`)),
    ).toBe(true);
    cluster.thaw(1);
    cluster.form();
  });

  it('tell a write whose fate is unknown from one that was not tried', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 9, quorum: { n: 3, r: 3, w: 3 } });
    cluster.form();
    const client = cluster.client(0);
    cluster.cut(0, 1);
    cluster.cut(0, 2);
    client.send('SET', 'k', 'v');
    client.send('GET', 'k');
    cluster.runUntil('an answer', () => client.replies.length === 2);
    expect(client.replies[0]).toMatch(/^UNCERTAIN 1 of 3 members answered.*may take effect/);
    expect(client.replies[1]).toMatch(/^UNAVAILABLE 1 of 3 members answered/);
    client.send('SET', 'k', 'v');
    expect(client.replies[2]).toMatch(
      /^UNAVAILABLE 1 of the 3 members needed can be reached; nothing was done/,
    );
    cluster.heal();
    cluster.form();
    client.send('SET', 'k', 'v');
    cluster.runUntil('an acknowledgement', () => client.replies.length === 4);
    expect(client.replies[3]).toBe('OK');
  });

  it('let fallbacks stand in with one copy and its owner down', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 10, quorum: oneCopy });
    cluster.form();
    cluster.crash(1);
    cluster.crash(2);
    cluster.runUntil(
      'both down',
      () => cluster.logs.filter(({ node, event }) => node === 0 && event === 'link-down').length === 2,
    );
    const client = cluster.client(0);
    for (let i = 0; i < 30; i++) client.send('SET', `k${i}`, 'v');
    expect(client.replies).toEqual(new Array(30).fill('OK'));
  });

  it('refuse a node of another cluster, with a reason', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 11, clusterIds: { 2: 'other' } });
    cluster.run(3000);
    expect(cluster.node(0).isReady).toBe(false);
    const reasons = cluster.logs.filter(({ event }) => event === 'link-refused').map(({ reason }) => reason);
    expect(reasons).toContain('it is of cluster other, and this node of sim');
    expect(cluster.logs.filter(({ event }) => event === 'link-up').every(({ node }) => node !== 2)).toBe(
      true,
    );
  });

  it('say BUSY at the limit of waiting requests, having done nothing', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 12, limits: { requestsMax: 4 } });
    cluster.form();
    const client = cluster.client(0);
    for (let i = 0; i < 10; i++) client.send('SET', `k${i}`, 'v');
    cluster.runUntil('all answers', () => client.replies.length === 10);
    expect(client.replies.filter((reply) => reply === 'OK')).toHaveLength(4);
    expect(client.replies.filter((reply) => reply.startsWith('BUSY'))).toHaveLength(6);
  });

  it('hold a client back that waits for too many replies, and answer everything in order', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 13, limits: { clientRepliesMax: 8 } });
    cluster.form();
    const client = cluster.client(0);
    const commands = Array.from(
      { length: 200 },
      (_, i) => `*2\r\n$4\r\nECHO\r\n$3\r\n${100 + i}\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n`,
    );
    client.sendBytes(commands.join(''));
    expect(Number(/requests_waiting:(\d+)/.exec(infoOf(cluster))?.[1])).toBeLessThanOrEqual(8);
    cluster.runUntil('all replies', () => client.replies.length === 400);
    expect(client.replies).toEqual(
      Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? `${100 + i / 2}` : 'nil')),
    );
  });

  it('run the same way again from the same seed', () => {
    const trace = () => {
      const cluster = new SimulatedCluster({ nodes: 3, seed: 99 });
      cluster.form();
      const client = cluster.client(0);
      for (let i = 0; i < 30; i++) client.send('SET', `k${i}`, 'v');
      cluster.crash(1);
      cluster.run(1000);
      return JSON.stringify([cluster.logs, client.replies]);
    };
    assert.equal(trace(), trace());
  });
});

function infoOf(cluster: SimulatedCluster): string {
  const client = cluster.client(0);
  client.send('INFO');
  return client.replies[0] ?? '';
}
