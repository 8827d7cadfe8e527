/** Requests that name what they may rely on: strict, atomic, primaries and nodes. */
import { expect, it } from 'vitest';
import type { SimulatedClient } from '../sim/simulated-client.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

const keys = Array.from({ length: 60 }, (_, i) => `k${i}`);

/** The distinct replies to a command for each of the keys, without nodes and partitions. */
function replies(cluster: SimulatedCluster, client: SimulatedClient, command: string): Set<string> {
  const before = client.replies.length;
  const [name = '', ...words] = command.split(' ');
  for (const key of keys) client.send(name, key, ...words);
  cluster.runUntil('all answers', () => client.replies.length === before + keys.length);
  return new Set(
    client.replies.slice(before).map((reply) => reply.replaceAll(/ node\d@127\.0\.0\.1 \d+/g, ';')),
  );
}

function formed(nodes: number): SimulatedCluster {
  const cluster = new SimulatedCluster({ nodes, seed: 3 });
  cluster.form();
  return cluster;
}

it('strict and atomic requests count members, and only primaries', () => {
  const one = formed(1);
  const alone = one.client(0);
  expect(replies(one, alone, 'RKV.PUT v N 3 W 2 CONSISTENCY strict')).toEqual(
    new Set(['UNAVAILABLE 1 of the 2 distinct primaries needed can be reached; nothing was done.']),
  );
  expect(replies(one, alone, 'RKV.PUT v CONSISTENCY strict')).toEqual(new Set(['finished ok;']));
  const four = formed(4);
  const client = four.client(0);
  expect(replies(four, client, 'RKV.PUT v W 3 CONSISTENCY strict')).toEqual(
    new Set(['finished ok; ok; ok;']),
  );
  expect(replies(four, client, 'RKV.GET R 3 CONSISTENCY atomic')).toEqual(
    new Set(['finished ok v; ok v; ok v;']),
  );
  four.crash(3);
  four.run(100);
  // A fallback stands in for the dead one where it counts, and not elsewhere.
  expect(replies(four, client, 'RKV.PUT w N 3 W 3')).toEqual(new Set(['finished ok; ok; ok;']));
  for (const command of ['W 3 CONSISTENCY strict', 'W 3 PW 3', 'W 3 CONSISTENCY atomic'])
    expect(
      [...replies(four, client, `RKV.PUT w N 3 ${command}`)].some((text) =>
        /^UNAVAILABLE 2 of the 3/.test(text),
      ),
    ).toBe(true);
});

it('node confirms are distinct nodes', () => {
  const one = formed(1);
  const client = one.client(0);
  expect(replies(one, client, 'RKV.PUT v N 3 W 3 NODES 2')).toEqual(
    new Set(['UNAVAILABLE 1 of the 2 nodes needed can be reached; nothing was done.']),
  );
  const four = formed(4);
  expect(replies(four, four.client(0), 'RKV.PUT v N 3 W 1 NODES 3')).toEqual(
    new Set(['finished ok; ok; ok;']),
  );
});

it('an atomic write that ends before its second phase has certainly done nothing', () => {
  const cluster = formed(4);
  const client = cluster.client(0);
  cluster.freeze(1);
  cluster.freeze(2);
  cluster.freeze(3);
  const told = replies(cluster, client, 'RKV.PUT v TIMEOUT 300 CONSISTENCY atomic');
  expect(
    [...told].every((text) => /^UNAVAILABLE [01] of 2 primaries answered, within 300 ms; nothing/.test(text)),
  ).toBe(true);
});
