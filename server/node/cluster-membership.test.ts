import { describe, expect, it } from 'vitest';
import { nodeName } from '../ring/index.js';
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

/** Writes keys from some node all the time, and knows which writes were acknowledged. */
class Load {
  readonly #cluster: SimulatedCluster;
  readonly #client: SimulatedClient;
  readonly acknowledged = new Set<number>();
  #sent = 0;
  #seen = 0;

  constructor(cluster: SimulatedCluster, number: number) {
    this.#cluster = cluster;
    this.#client = cluster.client(number);
  }

  write(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#client.send('SET', `load${this.#sent}`, `v${this.#sent}`);
      this.#sent++;
      this.#cluster.run(1);
    }
    for (; this.#seen < this.#client.replies.length; this.#seen++)
      if (this.#client.replies[this.#seen] === 'OK') this.acknowledged.add(this.#seen);
  }

  /** Every acknowledged write can be read at a node. */
  check(number: number): void {
    this.#cluster.runUntil('all answers', () => this.#client.replies.length === this.#sent);
    this.write(0);
    const reader = this.#cluster.client(number);
    for (const i of this.acknowledged) reader.send('GET', `load${i}`);
    this.#cluster.runUntil('all values', () => reader.replies.length === this.acknowledged.size);
    expect(reader.replies).toEqual([...this.acknowledged].map((i) => `v${i}`));
  }
}

function statuses(cluster: SimulatedCluster, number: number): string {
  const { members } = cluster.node(number).clusterState;
  return names
    .flatMap((name, i) => {
      const status = members.get(nodeName(name))?.status;
      return status === undefined || status === 'invalid' ? [] : [`${i + 1}:${status}`];
    })
    .join(' ');
}

function untilStatuses(cluster: SimulatedCluster, numbers: readonly number[], expected: string): void {
  cluster.runUntil(
    `${expected} at ${numbers}`,
    () =>
      numbers.every((number) => {
        const { transitions } = cluster.node(number).clusterState.decision;
        return transitions.length === 0 && statuses(cluster, number) === expected;
      }),
    60_000,
  );
}

function commit(cluster: SimulatedCluster, number: number): void {
  expect(admin(cluster, number, 'RKV.PLAN')).toContain('NOTE: Applying these changes will result in');
  expect(admin(cluster, number, 'RKV.COMMIT')).toBe('Cluster changes committed');
}

const seeds = [1, 2, 3];

describe('a cluster of nodes with keys of their own', () => {
  it('has all of them at every node, in three copies, once it has settled', () => {
    for (const seed of seeds) {
      const cluster = new SimulatedCluster({ nodes: 3, seed, areAlone: true });
      for (const number of range(3)) {
        const client = cluster.client(number);
        for (let i = 1; i <= 100; i++) client.send('SET', `k${number * 100 + i}`, String(number * 100 + i));
      }
      joinAll(cluster, 3);
      const records = () =>
        range(3).reduce((sum, number) => {
          const counters = new Map(cluster.node(number).counters());
          return sum + Number(counters.get('records'));
        }, 0);
      // Nobody reads before this, so that no read can have repaired anything.
      cluster.runUntil('300 keys have three copies', () => records() === 900);
      for (const number of range(3)) {
        const client = cluster.client(number);
        for (let i = 1; i <= 300; i++) client.send('GET', `k${i}`);
        cluster.runUntil('300 values', () => client.replies.length === 300);
        expect(client.replies).toEqual(range(300).map((i) => String(i + 1)));
      }
    }
  });

  it('serves the keys of a node that is joining, and that was refused, at that node', () => {
    const cluster = new SimulatedCluster({ nodes: 2, seed: 1, areAlone: true });
    ask(cluster, cluster.client(1), 'SET', 'mine', 'v');
    admin(cluster, 1, 'RKV.JOIN', '127.0.0.1:7001');
    expect(statuses(cluster, 0)).toBe('1:valid 2:joining');
    expect(admin(cluster, 1, 'GET', 'mine')).toBe('v');
    expect(admin(cluster, 0, 'RKV.PLAN')).toContain('join');
    expect(admin(cluster, 0, 'RKV.CLEAR')).toBe('Cleared staged cluster changes');
    untilStatuses(cluster, [0], '1:valid');
    untilStatuses(cluster, [1], '2:valid');
    expect(admin(cluster, 1, 'GET', 'mine')).toBe('v');
    expect(cluster.node(1).clusterState.clusterId).not.toBe(cluster.node(0).clusterState.clusterId);
    expect(admin(cluster, 0, 'RKV.COMMIT')).toBe(
      "ERR You must verify the plan with 'rkv admin plan' before committing",
    );
    // It may try again.
    joinAll(cluster, 2);
  });

  it('refuses joins that cannot be, with a reason', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 1, areAlone: true });
    expect(admin(cluster, 0, 'RKV.JOIN', '127.0.0.1:7001')).toBe(
      'ERR Failed: This node cannot join itself in a cluster',
    );
    expect(admin(cluster, 0, 'RKV.JOIN', '127.0.0.1:7099')).toContain(
      'ERR Failed: no server answers on 127.0.0.1:7099',
    );
    expect(admin(cluster, 0, 'RKV.JOIN', 'nowhere')).toContain("ERR Failed: 'nowhere' is no HOST:PORT");
    admin(cluster, 1, 'RKV.JOIN', '127.0.0.1:7001');
    expect(admin(cluster, 1, 'RKV.JOIN', '127.0.0.1:7003')).toBe(
      'ERR Failed: This node is already a member of a cluster',
    );
  });
});

describe('a formed cluster under load', () => {
  it('grows by a member and loses one again, and no acknowledged write', () => {
    for (const seed of seeds) {
      const cluster = new SimulatedCluster({ nodes: 3, seed, areAlone: true });
      admin(cluster, 1, 'RKV.JOIN', '127.0.0.1:7001');
      commit(cluster, 1);
      settle(cluster, 2);
      const load = new Load(cluster, 0);
      load.write(60);
      admin(cluster, 2, 'RKV.JOIN', '127.0.0.1:7002');
      load.write(20);
      commit(cluster, 2);
      load.write(100);
      settle(cluster, 3);
      load.check(2);
      expect(admin(cluster, 0, 'RKV.LEAVE', names[1])).toBe(
        `Success: staged leave request for '${names[1]}'`,
      );
      commit(cluster, 2);
      load.write(100);
      untilStatuses(cluster, [0, 2], '1:valid 3:valid');
      untilStatuses(cluster, [1], '2:valid');
      load.check(0);
      load.check(2);
      // The one that left is alone, and its vnodes have nothing that they should have handed over.
      expect(cluster.node(1).ring.members).toEqual([names[1]]);
    }
  });

  it('lets a member go that ended when it had handed everything over, whatever it has not seen since', () => {
    for (const seed of seeds) {
      const cluster = new SimulatedCluster({ nodes: 4, seed });
      cluster.form();
      admin(cluster, 0, 'RKV.LEAVE', names[3]);
      commit(cluster, 0);
      cluster.runUntil('it has handed over', () => statuses(cluster, 0).includes('4:exiting'));
      cluster.crash(3);
      expect(admin(cluster, 1, 'RKV.LEAVE', names[1])).toContain('Success');
      untilStatuses(cluster, [0, 1, 2], '1:valid 2:valid 3:valid');
    }
  });

  it('gets another claimant when its own dies, with what was staged, and takes the old one back', () => {
    for (const seed of seeds) {
      const cluster = new SimulatedCluster({ nodes: 4, seed });
      cluster.form();
      cluster.run(500);
      const load = new Load(cluster, 1);
      expect(cluster.node(1).clusterState.decision.claimant).toBe(names[0]);
      admin(cluster, 2, 'RKV.LEAVE', names[3]);
      cluster.crash(0);
      load.write(20);
      cluster.runUntil('another claimant', () =>
        [1, 2, 3].every((number) => cluster.node(number).clusterState.decision.claimant === names[1]),
      );
      expect(admin(cluster, 2, 'RKV.RING-STATUS')).toContain(`Claimant:  '${names[1]}'`);
      cluster.restart(0);
      cluster.form();
      load.write(20);
      cluster.run(1000);
      commit(cluster, 0);
      load.write(50);
      untilStatuses(cluster, [0, 1, 2], '1:valid 2:valid 3:valid');
      load.check(2);
    }
  });

  it('goes on without a member that is marked as down, and takes it back by itself', () => {
    for (const seed of seeds) {
      const cluster = new SimulatedCluster({ nodes: 3, seed });
      cluster.form();
      expect(admin(cluster, 0, 'RKV.DOWN', names[2])).toBe(`ERR Failed: '${names[2]}' is up`);
      const load = new Load(cluster, 0);
      cluster.freeze(2);
      load.write(20);
      cluster.runUntil('its silence is noticed', () => !cluster.node(0).isReady);
      expect(admin(cluster, 0, 'RKV.RINGREADY')).toContain('FALSE');
      expect(admin(cluster, 0, 'RKV.DOWN', names[2])).toBe(`Success: '${names[2]}' marked as down`);
      untilStatuses(cluster, [0, 1], '1:valid 2:valid 3:down');
      load.write(20);
      cluster.thaw(2);
      untilStatuses(cluster, [0, 1, 2], '1:valid 2:valid 3:valid');
      expect(new Set(cluster.node(2).clusterState.decision.owners).size).toBe(3);
      load.check(2);
    }
  });

  it('removes a dead member by force, and tells it so when it comes back', () => {
    for (const seed of seeds) {
      const cluster = new SimulatedCluster({ nodes: 4, seed });
      cluster.form();
      const load = new Load(cluster, 0);
      load.write(50);
      cluster.crash(3);
      cluster.runUntil('its death is noticed', () => !cluster.node(0).isReady);
      admin(cluster, 1, 'RKV.DOWN', names[3]);
      expect(admin(cluster, 1, 'RKV.FORCE-REMOVE', names[3])).toBe(
        `Success: staged remove request for '${names[3]}'`,
      );
      commit(cluster, 1);
      untilStatuses(cluster, [0, 1, 2], '1:valid 2:valid 3:valid');
      load.write(50);
      load.check(1);
      cluster.restart(3);
      untilStatuses(cluster, [3], '4:valid');
      expect(statuses(cluster, 0)).toBe('1:valid 2:valid 3:valid');
      // And it may join anew.
      admin(cluster, 3, 'RKV.JOIN', '127.0.0.1:7001');
      commit(cluster, 3);
      settle(cluster, 4);
      load.check(3);
    }
  });

  it('gives all that one member has to another that replaces it', () => {
    for (const seed of seeds) {
      const cluster = new SimulatedCluster({ nodes: 4, seed, areAlone: true });
      joinAll(cluster, 3);
      const load = new Load(cluster, 0);
      load.write(60);
      admin(cluster, 3, 'RKV.JOIN', '127.0.0.1:7001');
      expect(admin(cluster, 0, 'RKV.REPLACE', names[1], names[3])).toBe(
        `Success: staged replacement of '${names[1]}' with '${names[3]}'`,
      );
      commit(cluster, 2);
      load.write(60);
      untilStatuses(cluster, [0, 2, 3], '1:valid 3:valid 4:valid');
      load.check(3);
      expect(ring(cluster, 3)).toBe('acba|cbac|bacb|acba|');
    }
  });
});

describe('what an operator is told', () => {
  it('is the same as JSON, with the text', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 1 });
    cluster.form();
    cluster.run(1000);
    const json = (...words: string[]) =>
      JSON.parse(admin(cluster, 1, ...words, 'JSON')) as Record<string, unknown>;
    expect(json('RKV.MEMBER-STATUS')).toMatchObject({
      ok: true,
      members: [
        { name: names[0], status: 'valid', ring: 0.375, pending: null },
        { name: names[1], ring: 0.3125 },
        { name: names[2], ring: 0.3125 },
      ],
    });
    expect(json('RKV.RINGREADY')).toMatchObject({ ok: true, kind: 'ready', nodes: names.slice(0, 3) });
    expect(json('RKV.RING-STATUS')).toMatchObject({
      claimant: names[0],
      claimantIsUp: true,
      unreachable: [],
    });
    expect(json('RKV.RING', 'LEGEND')).toMatchObject({ ok: true, ringSize: 16 });
    expect(json('RKV.COMMIT')).toMatchObject({ ok: false, code: 'nothing_planned' });
    expect(json('RKV.LEAVE', 'nobody@nowhere')).toMatchObject({ ok: false, code: 'not_member' });
    expect(json('RKV.LEAVE', 'nobody')).toMatchObject({ ok: false, code: 'bad_node_name' });
    expect(json('RKV.PLAN', 'now')).toMatchObject({ ok: false, code: 'usage', text: 'Usage: plan' });
    expect(json('RKV.TRANSFERS')).toMatchObject({
      ok: true,
      nodes: names.slice(0, 3).map((node) => ({ node, transfers: [] })),
    });
    expect(json('RKV.TRANSFER-LIMIT', '5')).toMatchObject({
      limits: names.slice(0, 3).map((node) => ({ node, limit: 5 })),
    });
    expect(json('RKV.TRANSFER-LIMIT', names[0], '1')).toMatchObject({
      limits: [{ node: names[0], limit: 1 }],
    });
    expect(admin(cluster, 2, 'RKV.TRANSFER-LIMIT')).toContain(`    1        '${names[0]}'`);
    expect(json('RKV.TRANSFER-LIMIT', 'many')).toMatchObject({ ok: false, code: 'bad_limit' });
  });
});
