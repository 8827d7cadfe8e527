import { describe, expect, it } from 'vitest';
import type { SimulatedClient } from '../sim/simulated-client.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

const names = ['node1@127.0.0.1', 'node2@127.0.0.1', 'node3@127.0.0.1', 'node4@127.0.0.1'] as const;

/** Sends one command and runs until it is answered. */
function ask(cluster: SimulatedCluster, client: SimulatedClient, ...words: string[]): string {
  const before = client.replies.length;
  client.send(...words);
  cluster.runUntil(`an answer to ${words.join(' ')}`, () => client.replies.length > before);
  return client.replies[before]!;
}

function admin(cluster: SimulatedCluster, number: number, ...words: string[]): string {
  return ask(cluster, cluster.client(number), ...words);
}

/** Joins nodes 2 and on to the first by plan and commit. */
function joinAll(cluster: SimulatedCluster, nodes: number): void {
  for (let number = 1; number < nodes; number++)
    expect(admin(cluster, number, 'RKV.JOIN', '127.0.0.1:7001')).toBe(
      `Success: staged join request for '${names[number]}' to '${names[0]}'`,
    );
  admin(cluster, 0, 'RKV.PLAN');
  expect(admin(cluster, 0, 'RKV.COMMIT')).toBe('Cluster changes committed');
  settle(cluster, nodes);
}

/** Until the nodes are valid members of one settled cluster, in the view of each. */
function settle(cluster: SimulatedCluster, members: number, numbers = range(members)): void {
  cluster.runUntil(`${members} members settle`, () =>
    numbers.every((number) => {
      const { decision, members: all } = cluster.node(number).clusterState;
      const valid = [...all.values()].filter(({ status }) => status === 'valid').length;
      return (
        decision.transitions.length === 0 &&
        valid === members &&
        new Set(decision.owners).size === members &&
        cluster.node(number).isReady
      );
    }),
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function ring(cluster: SimulatedCluster, number: number): string {
  return admin(cluster, number, 'RKV.RING', 'TEXT');
}

describe('nodes that begin alone', () => {
  it('become the cluster of the tutorial by join, plan and commit', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const cluster = new SimulatedCluster({ nodes: 3, seed, areAlone: true });
      joinAll(cluster, 3);
      for (const number of range(3)) expect(ring(cluster, number)).toBe('abca|bcab|cabc|abca|');
      expect(admin(cluster, 2, 'RKV.MEMBER-STATUS')).toBe(
        [
          '================================= Membership ==================================',
          'Status     Ring    Pending    Node',
          '-------------------------------------------------------------------------------',
          "valid      37.5%      --      'node1@127.0.0.1'",
          "valid      31.3%      --      'node2@127.0.0.1'",
          "valid      31.3%      --      'node3@127.0.0.1'",
          '-------------------------------------------------------------------------------',
          'Valid:3 / Leaving:0 / Exiting:0 / Joining:0 / Down:0',
        ].join('\n'),
      );
    }
  });
});
