import { describe, expect, it } from 'vitest';
import type { SimulatedClient } from '../sim/simulated-client.js';
import { SimulatedCluster, type SimulatedClusterOptions } from '../sim/simulated-cluster.js';

/** Small windows and slices, so that few keys go through every branch. */
const tight = { sliceRecords: 7, windowKeysMax: 5, windowsMax: 3, pageVisitedMax: 4, windowIdleMs: 50 };

/** A cluster with these keys, written through its first node. */
function clusterWith(keys: readonly string[], options: Partial<SimulatedClusterOptions> = {}) {
  const cluster = new SimulatedCluster({ nodes: 3, seed: 1, coverageLimits: tight, ...options });
  cluster.form();
  const client = cluster.client(0);
  for (const key of keys) client.send('SET', key, 'v');
  cluster.runUntil('all keys', () => client.replies.length === keys.length);
  expect(new Set(client.replies)).toEqual(new Set(keys.length === 0 ? [] : ['OK']));
  return cluster;
}

function ask(cluster: SimulatedCluster, client: SimulatedClient, ...words: string[]): string {
  const before = client.replies.length;
  client.send(...words);
  cluster.runUntil(words.join(' '), () => client.replies.length > before);
  return client.replies.at(-1)!;
}

/** All keys that SCAN tells from the first cursor to the last, in the order in which they come. */
function scanAll(
  cluster: SimulatedCluster,
  clientOf: (round: number) => SimulatedClient,
  options: readonly string[] = [],
  between: (round: number) => void = () => {},
): string[] {
  const found: string[] = [];
  let cursor = '0';
  for (let round = 0; ; round++) {
    const words = ask(cluster, clientOf(round), 'SCAN', cursor, ...options).split(' ');
    cursor = words[0]!;
    expect(cursor).toMatch(/^[0-9]{1,16}$/);
    found.push(...words.slice(1).filter((word) => word !== ''));
    if (cursor === '0') return found;
    between(round);
  }
}

const names = Array.from({ length: 60 }, (_, i) => `key${i}`);
const sorted = (keys: string) => keys.split(' ').sort();

describe('all keys of a cluster', () => {
  it.each([
    { nodes: 1, quorum: { n: 1, r: 1, w: 1 } },
    { nodes: 1, quorum: { n: 3, r: 2, w: 2 } },
    { nodes: 3, quorum: { n: 1, r: 1, w: 1 } },
    { nodes: 3, quorum: { n: 3, r: 2, w: 2 } },
    { nodes: 5, quorum: { n: 3, r: 1, w: 3 } },
  ])('are told once each by KEYS, SCAN and DBSIZE at every node: $nodes nodes, $quorum', (options) => {
    for (let seed = 1; seed <= 2; seed++) {
      const cluster = clusterWith(names, { ...options, seed });
      for (let node = 0; node < options.nodes; node++) {
        const client = cluster.client(node);
        expect(sorted(ask(cluster, client, 'KEYS', '*'))).toEqual([...names].sort());
        expect(ask(cluster, client, 'DBSIZE')).toBe(String(names.length));
        expect(ask(cluster, client, 'DBSIZE')).toBe(String(names.length));
        expect(sorted(ask(cluster, client, 'KEYS', 'key1?'))).toEqual(
          names.filter((name) => /^key1.$/.test(name)).sort(),
        );
        for (const count of ['1', '7', '1000'])
          expect(scanAll(cluster, () => client, ['COUNT', count]).sort()).toEqual([...names].sort());
        expect(names).toContain(ask(cluster, client, 'RANDOMKEY'));
      }
    }
  });

  it('are told once by a SCAN that goes from node to node, while others come and go', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const cluster = clusterWith(names, { seed });
      const clients = [0, 1, 2].map((node) => cluster.client(node));
      const writer = cluster.client(1);
      const found = scanAll(
        cluster,
        (round) => clients[round % 3]!,
        ['COUNT', '5'],
        (round) => {
          for (let i = 0; i < 5; i++) writer.send('SET', `more${seed}-${round}-${i}`, 'v');
          writer.send('DEL', `more${seed}-${round - 1}-0`, `more${seed}-${round - 1}-1`);
          writer.send('SET', names[round % names.length]!, 'again');
        },
      );
      const throughout = found.filter((key) => key.startsWith('key'));
      expect(throughout.sort()).toEqual([...names].sort());
      expect(new Set(found).size).toBe(found.length);
    }
  });

  it('do not include the deleted, wherever a replica missed the delete', () => {
    for (let seed = 1; seed <= 2; seed++) {
      const cluster = clusterWith(names, { seed });
      cluster.cut(0, 2);
      cluster.cut(1, 2);
      cluster.runUntil(
        'node 3 is down',
        () => cluster.logs.filter((log) => log.event === 'link-down').length > 2,
      );
      const client = cluster.client(0);
      for (const name of names.slice(0, 30)) client.send('DEL', name);
      cluster.runUntil('deleted', () => client.replies.length === 30);
      cluster.heal();
      cluster.form();
      for (const node of [0, 1, 2]) {
        const reader = cluster.client(node);
        expect(sorted(ask(cluster, reader, 'KEYS', '*'))).toEqual(names.slice(30).sort());
        expect(ask(cluster, reader, 'DBSIZE')).toBe('30');
      }
    }
  });

  it('are all there when a member came back empty', () => {
    for (let seed = 1; seed <= 2; seed++) {
      const cluster = clusterWith(names, { seed });
      cluster.crash(1);
      cluster.run(100);
      cluster.restart(1);
      cluster.form();
      for (const node of [0, 1, 2]) {
        const client = cluster.client(node);
        expect(sorted(ask(cluster, client, 'KEYS', '*'))).toEqual([...names].sort());
        expect(ask(cluster, client, 'DBSIZE')).toBe('60');
      }
    }
  });

  it('are all there while one of three is down, and refused while two are', () => {
    const cluster = clusterWith(names, { seed: 3 });
    const client = cluster.client(0);
    cluster.crash(1);
    cluster.runUntil('down', () => cluster.logs.some((log) => log.event === 'link-down'));
    expect(sorted(ask(cluster, client, 'KEYS', '*'))).toEqual([...names].sort());
    expect(scanAll(cluster, () => client).sort()).toEqual([...names].sort());
    cluster.crash(2);
    cluster.run(100);
    for (const words of [['KEYS', '*'], ['DBSIZE'], ['SCAN', '0', 'COUNT', '1000']])
      expect(ask(cluster, client, ...words)).toMatch(/^UNAVAILABLE [01] of the [12] primaries needed/);
    expect(ask(cluster, client, 'FLUSHALL')).toMatch(/^UNCERTAIN .*UNAVAILABLE/);
  });

  it('are refused, not told in part, when the only copies are away', () => {
    const cluster = clusterWith(names, { quorum: { n: 1, r: 1, w: 1 } });
    const client = cluster.client(0);
    cluster.crash(1);
    cluster.runUntil('down', () => cluster.logs.some((log) => log.event === 'link-down'));
    expect(ask(cluster, client, 'KEYS', '*')).toMatch(/^UNAVAILABLE 0 of the 1 primaries/);
  });

  it('end with an error at the deadline when a member is silent', () => {
    const cluster = clusterWith(names, { quorum: { n: 3, r: 2, w: 1 } });
    const client = cluster.client(0);
    cluster.freeze(2);
    expect(ask(cluster, client, 'KEYS', '*')).toMatch(/^UNAVAILABLE [12] of the [23]/);
    cluster.thaw(2);
    cluster.form();
    expect(sorted(ask(cluster, client, 'KEYS', '*'))).toEqual([...names].sort());
  });

  it('are gone for good after FLUSHALL, at every node', () => {
    for (const quorum of [
      { n: 1, r: 1, w: 1 },
      { n: 3, r: 2, w: 2 },
    ]) {
      const cluster = clusterWith(names, { quorum });
      const client = cluster.client(2);
      expect(ask(cluster, client, 'FLUSHALL')).toBe('OK');
      for (const node of [0, 1, 2]) {
        const reader = cluster.client(node);
        expect(ask(cluster, reader, 'KEYS', '*')).toBe('');
        expect(ask(cluster, reader, 'DBSIZE')).toBe('0');
        expect(ask(cluster, reader, 'RANDOMKEY')).toBe('nil');
        expect(ask(cluster, reader, 'GET', 'key1')).toBe('nil');
      }
    }
  });

  it('are told in the order of a pipeline, which waits for them', () => {
    const cluster = clusterWith([]);
    const client = cluster.client(0);
    for (const words of [
      ['SET', 'a', '1'],
      ['KEYS', '*'],
      ['SET', 'b', '1'],
      ['DBSIZE'],
      ['FLUSHALL'],
      ['DBSIZE'],
      ['GET', 'a'],
    ])
      client.send(...words);
    cluster.runUntil('the replies', () => client.replies.length === 7);
    expect(client.replies).toEqual(['OK', 'a', 'OK', '2', 'OK', '0', 'nil']);
  });

  it('are read by so many commands at once, and no more', () => {
    const cluster = clusterWith(names, { coverageLimits: { ...tight, readsMax: 2 } });
    const clients = [0, 0, 0].map((node) => cluster.client(node));
    for (const client of clients) client.send('KEYS', '*');
    cluster.runUntil('all', () => clients.every((client) => client.replies.length === 1));
    expect(clients.map((client) => client.replies[0]!.startsWith('BUSY'))).toEqual([false, false, true]);
  });

  it('are matched with a step limit', () => {
    const cluster = clusterWith(['a'.repeat(3000)], { coverageLimits: { patternStepsMax: 10_000 } });
    const client = cluster.client(0);
    expect(ask(cluster, client, 'KEYS', `*${'a'.repeat(1000)}b`)).toMatch(
      /^ERR the pattern needs too many steps/,
    );
    expect(ask(cluster, client, 'KEYS', 'a'.repeat(5000))).toMatch(/^ERR the pattern has 5000 bytes/);
    expect(ask(cluster, client, 'DBSIZE')).toBe('1');
  });
});
