/** Whole nodes join and leave while they hold data and serve requests: nothing acknowledged is lost. */
import { describe, expect, it } from 'vitest';
import type { SimulatedClient } from '../sim/simulated-client.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';

describe('nodes that hold data', () => {
  it('serve what each of them had, at any of them, when they have become one cluster', () => {
    const cluster = new SimulatedCluster({ nodes: 3, seed: 1, areAlone: true });
    const clients = [0, 1, 2].map((number) => cluster.client(number));
    clients.forEach((client, number) => {
      for (let i = 0; i < 100; i++) client.send('SET', `node${number}-k${i}`, `v${number}-${i}`);
    });
    cluster.run(500);
    for (const number of [1, 2]) admin(cluster, number, 'RKV.JOIN', '127.0.0.1:7001');
    admin(cluster, 0, 'RKV.PLAN');
    expect(admin(cluster, 0, 'RKV.COMMIT')).toBe('Cluster changes committed');
    cluster.runUntil('all is handed over', () => isSettled(cluster));
    for (const [at, client] of clients.entries())
      for (let number = 0; number < 3; number++)
        for (let i = 0; i < 100; i++)
          expect(ask(cluster, client, 'GET', `node${number}-k${i}`), `at node ${at}`).toBe(`v${number}-${i}`);
  });

  it('lose no acknowledged write while members join, leave and are cut off under load', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const cluster = new SimulatedCluster({ nodes: 5, seed, areAlone: true });
      for (const number of [1, 2]) admin(cluster, number, 'RKV.JOIN', '127.0.0.1:7001');
      changes(cluster);
      cluster.runUntil('three members', () => isSettled(cluster));
      const load = new Load(cluster.client(0), seed);
      const step = (ms: number) => {
        for (let passed = 0; passed < ms; passed += 20) {
          load.write(4);
          cluster.run(20);
        }
      };
      step(500);
      for (const number of [3, 4]) admin(cluster, number, 'RKV.JOIN', '127.0.0.1:7001');
      changes(cluster);
      step(300 + seed * 50);
      // Two that exchange partitions lose each other, while the ring changes.
      cluster.cut(1 + (seed % 2), 3);
      step(2500);
      cluster.heal();
      step(3000);
      admin(cluster, 0, 'RKV.LEAVE', 'node2@127.0.0.1');
      changes(cluster);
      step(3000);
      cluster.run(6000);
      cluster.runUntil('all is handed over', () => isSettled(cluster), 60_000);
      expect(cluster.node(2).ring.members).toHaveLength(4);
      expect(load.client.replies, `seed ${seed}`).toHaveLength(load.sent.length);
      const reader = cluster.client(3);
      for (const [key, possible] of load.possible())
        expect(possible, `seed ${seed}: ${key}`).toContain(ask(cluster, reader, 'GET', key));
    }
  });
});

/** Writes and deletes of one client, which waits for nothing. */
class Load {
  readonly client: SimulatedClient;
  readonly sent: { key: string; value: string }[] = [];
  readonly #seed: number;

  constructor(client: SimulatedClient, seed: number) {
    this.client = client;
    this.#seed = seed;
  }

  write(count: number): void {
    for (let i = 0; i < count; i++) {
      const number = this.sent.length;
      const key = `k${(number * 7 + this.#seed) % 60}`;
      const value = number % 6 === 0 ? 'nil' : `v${number}`;
      if (value === 'nil') this.client.send('DEL', key);
      else this.client.send('SET', key, value);
      this.sent.push({ key, value });
    }
  }

  /** What a key may hold in the end: its last acknowledged write, or one behind that, which may have had effect. */
  possible(): Map<string, string[]> {
    const byKey = new Map<string, string[]>();
    this.sent.forEach(({ key, value }, i) => {
      const isAcknowledged = !/^(UNCERTAIN|UNAVAILABLE|BUSY)/.test(this.client.replies[i]!);
      byKey.set(key, isAcknowledged ? [value] : [...(byKey.get(key) ?? ['nil']), value]);
    });
    return byKey;
  }
}

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

/** Plans and commits what is staged. */
function changes(cluster: SimulatedCluster): void {
  admin(cluster, 0, 'RKV.PLAN');
  expect(admin(cluster, 0, 'RKV.COMMIT')).toBe('Cluster changes committed');
}

/** Nothing is pending, and nobody holds what is another's. */
function isSettled(cluster: SimulatedCluster): boolean {
  return cluster.machines.every(({ node }) => {
    const { decision, members } = node!.clusterState;
    const isQuiet = [...members.values()].every(({ status }) => status === 'valid' || status === 'invalid');
    return decision.transitions.length === 0 && isQuiet && node!.transfers().length === 0 && node!.isReady;
  });
}
