import { describe, expect, it } from 'vitest';
import type { SimulatedClient } from '../sim/simulated-client.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

const node = (number: number) => `node${number}@127.0.0.1`;

function answer(cluster: SimulatedCluster, client: SimulatedClient, ...words: string[]): string {
  const before = client.replies.length;
  client.send(...words);
  cluster.runUntil('an answer', () => client.replies.length > before);
  return client.replies[before]!;
}

describe('a request with a quorum of its own', () => {
  it('is answered by three partitions of one node, as in the tutorial', () => {
    const cluster = new SimulatedCluster({ nodes: 1, seed: 1, ringSize: 64 });
    const client = cluster.client(0);
    client.send('RKV.GET', 'k1', 'N', '3', 'R', '2');
    client.send('RKV.PUT', 'k1', 'v1', 'N', '3', 'W', '3', 'TIMEOUT', '1000');
    client.send('RKV.GET', 'k1', 'N', '3', 'R', '3');
    client.send('RKV.DEL', 'k1', 'N', '3', 'W', '3');
    client.send('RKV.GET', 'k1', 'R', '1');
    const vnode = (reply: string) => reply.replaceAll(/ node1@127\.0\.0\.1 \d+/g, ';');
    expect(client.replies.map(vnode)).toEqual([
      'finished error not_found; error not_found;',
      'finished ok; ok; ok;',
      'finished ok v1; ok v1; ok v1;',
      'finished ok; ok; ok;',
      'finished error not_found;',
    ]);
    const partitions = client.replies[1]!.match(/\d{20,}/g);
    expect(new Set(partitions).size).toBe(3);
  });

  it('says in one sentence what is wrong with its options', () => {
    const client = new SimulatedCluster({ nodes: 1, seed: 1 }).client(0);
    for (const options of [
      'N',
      'N 9',
      'N x',
      'N 2 R 3',
      'R 0',
      'W 1',
      'N 1 N 1',
      'TIMEOUT 0',
      'Q 1',
      'PR 4',
      'NODES 4',
      'PW 1',
      'CONSISTENCY',
      'CONSISTENCY best',
      'CONSISTENCY atomic N 2',
      'CONSISTENCY atomic R 1',
    ])
      client.send('RKV.GET', 'k', ...options.split(' '));
    client.send('RKV.PUT', 'k', 'v', 'R', '1');
    expect(client.replies).toEqual([
      'ERR N has no number behind it',
      'ERR n is 9, and must be an integer from 1 to 8.',
      "ERR N is 'x', and must be an integer",
      'ERR r is 3, and must be an integer from 1 to n, which is 2.',
      'ERR r is 0, and must be an integer from 1 to n, which is 3.',
      'ERR W is no option of a get: write R for the vnodes that must answer',
      'ERR N is given twice',
      'ERR TIMEOUT is 0, and must be from 1 to 60000 ms',
      "ERR unknown option 'Q': the options are N, R, PR, NODES, CONSISTENCY and TIMEOUT",
      'ERR pr is 4, and must be at most n, which is 3.',
      'ERR node confirms is 4, and must be at most n, which is 3.',
      'ERR PW is no option of a get: write PR for the primaries that must answer',
      'ERR CONSISTENCY has no name behind it',
      "ERR CONSISTENCY is 'best', and must be sloppy, strict, atomic",
      "ERR atomic requests have the cluster's n, which is 3: N 2 cannot be.",
      'ERR atomic requests need a majority: R must be from 2 to 3, and is 1.',
      'ERR R is no option of a write: write W for the vnodes that must answer',
    ]);
  });

  it('reaches the other members, and is seen by plain requests', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const cluster = new SimulatedCluster({ nodes: 3, seed });
      cluster.form();
      const [first, second] = [cluster.client(0), cluster.client(1)];
      expect(answer(cluster, first, 'RKV.PUT', 'k', 'v', 'N', '3', 'W', '3')).toMatch(
        /^finished( ok \S+ \d+){3}$/,
      );
      expect(answer(cluster, second, 'GET', 'k')).toBe('v');
      expect(answer(cluster, second, 'RKV.GET', 'k', 'N', '3', 'R', '3')).toMatch(
        /^finished( ok v \S+ \d+){3}$/,
      );
    }
  });

  it('never counts an error: members that go down leave it insufficient, silent ones run into its deadline', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 4 });
    cluster.form();
    const client = cluster.client(0);
    cluster.freeze(1);
    cluster.freeze(2);
    const startMs = cluster.nowMs;
    expect(answer(cluster, client, 'RKV.PUT', 'k', 'v', 'N', '3', 'W', '2', 'TIMEOUT', '300')).toMatch(
      new RegExp(`^timeout( ok ${node(1)} \\d+){1}$`),
    );
    expect(cluster.nowMs - startMs).toBeLessThan(300 + 2 * 25);
    client.send('RKV.GET', 'k', 'N', '3', 'R', '3', 'TIMEOUT', '50000', 'CONSISTENCY', 'strict');
    cluster.crash(1);
    cluster.runUntil('an answer', () => client.replies.length === 2);
    expect(client.replies[1]).toMatch(new RegExp(`^insufficient .*error down ${node(2)} \\d+`));
    cluster.thaw(2);
    cluster.run(1000);
    expect(client.replies).toHaveLength(2);
  });

  it('says BUSY at the limit of those that wait, and errs where values have no room', () => {
    const limits = { quorumRequestsMax: 2, quorumValueBytesMax: 2000 };
    const cluster = new SimulatedCluster({ nodes: 3, seed: 5, limits });
    cluster.form();
    const client = cluster.client(0);
    for (let i = 0; i < 3; i++) client.send('RKV.PUT', `k${i}`, 'x'.repeat(800), 'N', '3', 'W', '3');
    cluster.runUntil('all answers', () => client.replies.length === 3);
    expect(client.replies.filter((reply) => reply.startsWith('BUSY 2 requests'))).toHaveLength(1);
    expect(answer(cluster, client, 'RKV.GET', 'k0', 'N', '3', 'R', '3')).toMatch(
      /^insufficient .*overloaded/,
    );
    expect(answer(cluster, client, 'RKV.GET', 'k0', 'N', '3', 'R', '1')).toMatch(/^finished ok x{800} /);
  });
});
