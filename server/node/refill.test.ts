/** Nodes that lose their memory, in whole clusters: the figure, and what a read may say meanwhile. */
import { describe, expect, it } from 'vitest';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

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
