/** Values that end, and changes that depend on what is there, on simulated clusters. */
import { describe, expect, it } from 'vitest';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

const quorum = { n: 3, r: 2, w: 2 };

function three(seed: number, consistency: 'sloppy' | 'strict' | 'atomic' = 'sloppy'): SimulatedCluster {
  const cluster = new SimulatedCluster({ nodes: 3, seed, quorum, consistency });
  cluster.form();
  return cluster;
}

/** Sends one command through a node, and returns its reply. */
function ask(cluster: SimulatedCluster, node: number, ...words: string[]): string {
  const client = cluster.client(node);
  client.send(...words);
  cluster.runUntil(words.join(' '), () => client.replies.length === 1);
  return client.replies[0]!;
}

describe('a value that ends', () => {
  it('is there until then, and then nowhere, at every node', () => {
    const cluster = three(1);
    ask(cluster, 0, 'SET', 'k', 'old');
    ask(cluster, 0, 'SET', 'k', 'v', 'PX', '10000');
    const before = [0, 1, 2].map((node) => ask(cluster, node, 'GET', 'k'));
    const left = Number(ask(cluster, 1, 'PTTL', 'k'));
    expect([before, left > 0 && left <= 10_000]).toEqual([['v', 'v', 'v'], true]);
    cluster.run(10_001);
    for (const node of [0, 1, 2]) {
      const told = [['GET', 'k'], ['EXISTS', 'k'], ['TTL', 'k'], ['DBSIZE'], ['KEYS', '*'], ['RANDOMKEY']];
      expect(told.map((words) => ask(cluster, node, ...words))).toEqual(['nil', '0', '-2', '0', '', 'nil']);
    }
    expect(ask(cluster, 1, 'RKV.GET', 'k', 'N', '3')).toContain('not_found');
    expect(ask(cluster, 2, 'DEL', 'k')).toBe('0');
  });

  it('stays when it is written again without an end, and in atomic clusters ends as well', () => {
    const cluster = three(2, 'atomic');
    expect(ask(cluster, 0, 'SET', 'k', 'v', 'EX', '10')).toBe('OK');
    expect(ask(cluster, 1, 'TTL', 'k')).toBe('10');
    ask(cluster, 2, 'SET', 'other', 'v', 'EX', '10');
    ask(cluster, 1, 'SET', 'other', 'v');
    cluster.run(10_001);
    expect([ask(cluster, 2, 'GET', 'k'), ask(cluster, 0, 'GET', 'other')]).toEqual(['nil', 'v']);
    expect(ask(cluster, 0, 'DEL', 'k')).toBe('0');
  });

  it('keeps its end at a node that was away when it was written', () => {
    const cluster = three(3);
    cluster.crash(2);
    cluster.run(3000);
    expect(ask(cluster, 0, 'SET', 'k', 'v', 'EX', '1000')).toBe('OK');
    cluster.restart(2);
    cluster.run(20_000);
    for (const node of [0, 1, 2]) expect(Number(ask(cluster, node, 'TTL', 'k'))).toBeGreaterThan(900);
    cluster.run(1_000_000);
    for (const node of [0, 1, 2]) expect(ask(cluster, node, 'GET', 'k')).toBe('nil');
  });
});

describe('changes that depend on what is there', () => {
  it('come one after the other, through whatever nodes', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const cluster = three(seed, seed % 2 === 0 ? 'sloppy' : 'strict');
      const clients = Array.from({ length: 12 }, (_, i) => cluster.client(i % 3));
      clients.forEach((client, i) => {
        client.send('SET', 'lock', `v${i}`, 'NX');
      });
      cluster.runUntil('all answers', () => clients.every(({ replies }) => replies.length === 1));
      const winners = clients.flatMap(({ replies }, i) => (replies[0] === 'OK' ? [`v${i}`] : []));
      expect(winners).toHaveLength(1);
      expect(ask(cluster, 1, 'GET', 'lock')).toBe(winners[0]);
      // Each is told the value of the one before, so that all values but the last are told once.
      clients.forEach((client, i) => {
        client.send('SET', 'chain', `v${i}`, 'GET');
      });
      cluster.runUntil('all answers', () => clients.every(({ replies }) => replies.length === 2));
      const told = [...clients.map(({ replies }) => replies[1]!), ask(cluster, 0, 'GET', 'chain')];
      expect(told.sort()).toEqual(['nil', ...clients.map((_, i) => `v${i}`)].sort());
    }
  });

  it('keep or change when a value ends', () => {
    const cluster = three(4);
    ask(cluster, 0, 'SET', 'k', 'v', 'EX', '100');
    expect(ask(cluster, 1, 'SET', 'k', 'w', 'KEEPTTL')).toBe('OK');
    expect(ask(cluster, 2, 'TTL', 'k')).toBe('100');
    expect(ask(cluster, 2, 'GETEX', 'k', 'PERSIST')).toBe('w');
    expect(ask(cluster, 0, 'TTL', 'k')).toBe('-1');
    expect(ask(cluster, 0, 'GETEX', 'k', 'EX', '5')).toBe('w');
    cluster.run(5001);
    expect(ask(cluster, 1, 'SET', 'k', 'x', 'XX')).toBe('nil');
    expect(ask(cluster, 1, 'SET', 'k', 'x', 'NX', 'GET')).toBe('nil');
    expect(ask(cluster, 2, 'GET', 'k')).toBe('x');
  });

  it('are answered whatever becomes of the member that makes them, and never OK without being made', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const cluster = three(seed);
      const client = cluster.client(0);
      for (let i = 0; i < 20; i++) client.send('SET', `k${i}`, 'v', 'NX');
      cluster.run(seed % 5);
      cluster.crash(1 + (seed % 2));
      cluster.runUntil('20 answers', () => client.replies.length === 20);
      client.replies.forEach((reply, i) => {
        expect(reply).toMatch(/^(OK|UNCERTAIN .*|UNAVAILABLE .*)$/);
        if (reply === 'OK') expect(ask(cluster, 0, 'GET', `k${i}`)).toBe('v');
      });
    }
  });

  it('are refused in atomic clusters, in words', () => {
    const cluster = three(5, 'atomic');
    expect(ask(cluster, 0, 'SET', 'k', 'v', 'NX')).toMatch(/^ERR NX, XX, GET, KEEPTTL .* atomic/);
    expect(ask(cluster, 0, 'GET', 'k')).toBe('nil');
  });
});
