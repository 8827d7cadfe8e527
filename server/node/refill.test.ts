/** Nodes that lose their memory, in whole clusters: the figure, and what a read may say meanwhile. */
import { describe, expect, it } from 'vitest';
import { partitionName } from '../ring/index.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';
import type { Storage } from '../storage/index.js';

describe('a cluster in memory, n=3 w=3', () => {
  it('has 3,000 of 3,000 keys left when each of three nodes was killed and came back empty, a minute apart', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 1, quorum: { n: 3, r: 2, w: 3 } });
    cluster.form();
    const keys = Array.from({ length: 3000 }, (_, i) => `key${i}`);
    const writer = cluster.client(0);
    for (const key of keys) writer.send('SET', key, `value of ${key}`);
    cluster.run(1000);
    expect(writer.replies.filter((reply) => reply === 'OK')).toHaveLength(3000);
    for (const node of [0, 1, 2]) {
      cluster.crash(node);
      cluster.run(2000);
      cluster.restart(node);
      cluster.run(60_000);
    }
    const reader = cluster.client(2);
    for (const key of keys) reader.send('GET', key);
    cluster.run(1000);
    expect(reader.replies).toEqual(keys.map((key) => `value of ${key}`));
    for (const node of [0, 1, 2]) {
      const events = cluster.logs.filter((log) => log.node === node).map(({ event }) => event);
      expect(events.filter((event) => event === 'refill-done')).toHaveLength(2);
    }
  });
});

describe('an operator', () => {
  it('has replicas compared and repaired, and is told the outcome', () => {
    const storages = new Map<string, Storage>();
    const cluster = new SimulatedCluster({
      nodes: 3,
      seed: 3,
      wrapStorage: (storage, node, position) => {
        storages.set(`${node} ${position}`, storage);
        return storage;
      },
    });
    cluster.form();
    const client = cluster.client(0);
    const ask = (...words: string[]): string => {
      const before = client.replies.length;
      client.send(...words);
      cluster.runUntil(words.join(' '), () => client.replies.length > before);
      return client.replies[before]!;
    };
    for (let i = 0; i < 100; i++) ask('SET', `k${i}`, 'v');
    cluster.run(3000);
    expect(ask('RKV.VERIFY')).toMatch(
      /'node3@127.0.0.1' compared 5 of 5 .*0 damaged\nAll replicas are equal$/,
    );
    const damaged = storages.get(`1 ${cluster.ring.owners.indexOf(1)}`)!;
    const count = damaged.count;
    const lost: Buffer[] = [];
    damaged.scan(undefined, 10, (key) => lost.push(Buffer.from(key)));
    for (const key of lost) damaged.delete(key, 0, key.length);
    expect(ask('RKV.REPAIR', '12')).toMatch(/^ERR Failed: 12 is no partition of a ring of 16/);
    const index = partitionName(cluster.ring.owners.indexOf(1), 16);
    expect(ask('RKV.REPAIR', index)).toBe(`Partition ${index} is being repaired; see 'rkv admin transfers'`);
    cluster.runUntil('repaired', () => damaged.count === count);
    expect(ask('RKV.REPAIR')).toContain('All partitions are being repaired');
    cluster.run(1000);
    for (const key of lost) damaged.delete(key, 0, key.length);
    ask('RKV.VERIFY');
    cluster.runUntil('healed', () => damaged.count === count);
    expect(ask('RKV.RESIZE', '32')).toMatch(/^ERR Failed: the ring has 16 partitions for good/);
  });
});

describe('a node that came back empty', () => {
  it('never makes a read miss what was acknowledged, while it is refilled and after', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const cluster = new SimulatedCluster({ nodes: 4, seed, quorum: { n: 3, r: 2, w: 2 } });
      cluster.form();
      const writer = cluster.client(0);
      for (let i = 0; i < 200; i++) writer.send('SET', `k${i}`, 'v');
      cluster.run(500);
      cluster.crash(2);
      cluster.run(100);
      cluster.restart(2);
      const reader = cluster.client(1);
      let sent = 0;
      for (let step = 0; step < 100; step++) {
        for (let i = 0; i < 10; i++, sent++) reader.send('GET', `k${(sent * 7) % 200}`);
        cluster.run(3);
      }
      cluster.run(6000);
      expect(reader.replies).toHaveLength(sent);
      expect(new Set(reader.replies)).toEqual(new Set(['v']));
      expect(cluster.logs.filter(({ event }) => event === 'refill-done')).toHaveLength(5);
    }
  });
});
