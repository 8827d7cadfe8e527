/** Hinted handoff in whole nodes: what was written while a member was away comes back to it by itself. */
import { describe, expect, it } from 'vitest';
import { SimulatedCluster } from '../sim/simulated-cluster.js';
import type { Storage } from '../storage/index.js';

describe('a cluster of which a member was away', () => {
  it('gives it what it missed within two seconds, with no traffic, and keeps nothing at the fallbacks', () => {
    const { cluster, stored } = observedCluster(4, 1);
    const client = cluster.client(0);
    for (let i = 0; i < 50; i++) client.send('SET', `k${i}`, 'old');
    cluster.run(100);
    for (const other of [0, 1, 3]) cluster.cut(other, 2);
    cluster.run(3000);
    for (let i = 0; i < 50; i++) client.send('SET', `k${i}`, `new${i}`);
    for (let i = 0; i < 10; i++) client.send('DEL', `k${i}`);
    cluster.run(500);
    cluster.heal();
    cluster.form();
    const healedMs = cluster.nowMs;
    cluster.runUntil('all is handed over', () => isDrained(cluster), 2000);
    expect(cluster.nowMs - healedMs).toBeLessThan(2000);
    for (const [node, position, key, text] of stored()) {
      expect(cluster.ring.owners[position], `${key} at node ${node}`).toBe(node);
      const i = Number(key.slice(1));
      expect(text).toBe(i < 10 ? undefined : `new${i}`);
    }
    expect(stored()).toHaveLength(150);
    expect(cluster.logs.some(({ event, kind }) => event === 'handoff-sent' && kind === 'hinted')).toBe(true);
  });

  it('loses no acknowledged write and brings back no delete, whatever is cut and frozen, and whenever', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const { cluster, stored } = observedCluster(4, seed);
      cluster.form();
      const client = cluster.client(0);
      const written = new Map<string, { value: string | undefined; isAcknowledged: boolean }[]>();
      const sent: { key: string; write: { value: string | undefined; isAcknowledged: boolean } }[] = [];
      for (let step = 0; step < 120; step++) {
        const key = `k${(step * 7 + seed) % 20}`;
        const value = step % 5 === 0 ? undefined : `v${step}`;
        if (value === undefined) client.send('DEL', key);
        else client.send('SET', key, value);
        const write = { value, isAcknowledged: false };
        sent.push({ key, write });
        written.set(key, [...(written.get(key) ?? []), write]);
        const draw = (step * 31 + seed * 17) % 11;
        if (draw === 0) cluster.cut(1 + (step % 3), (step + seed) % 4);
        else if (draw === 1) cluster.freeze(1 + ((step + seed) % 3));
        else if (draw === 2) for (const node of [1, 2, 3]) cluster.thaw(node);
        else if (draw === 3) cluster.heal();
        cluster.run(40 + ((step * 13) % 400));
      }
      for (const node of [1, 2, 3]) cluster.thaw(node);
      cluster.heal();
      cluster.run(6000);
      cluster.form();
      cluster.runUntil('all is handed over', () => isDrained(cluster));
      expect(client.replies).toHaveLength(sent.length);
      client.replies.forEach((reply, i) => {
        sent[i]!.write.isAcknowledged = !/^(UNCERTAIN|UNAVAILABLE|BUSY)/.test(reply);
      });
      for (const [node, position, key] of stored())
        expect(cluster.ring.owners[position], `seed ${seed}: ${key} at node ${node}`).toBe(node);
      for (const [key, writes] of written) {
        // One client, one connection: the last acknowledged write, or one behind it that failed, is the newest.
        const last = writes.findLastIndex(({ isAcknowledged }) => isAcknowledged);
        if (last < 0) continue;
        const possible = writes.slice(last).map(({ value }) => value);
        const found = stored()
          .filter((record) => record[2] === key)
          .sort((one, other) => Buffer.compare(one[4], other[4]));
        expect(possible, `seed ${seed}: ${key}`).toContain(found.at(-1)?.[3]);
      }
    }
  });
});

function isDrained(cluster: SimulatedCluster): boolean {
  return cluster.machines.every(({ node }) => node?.transfers().length === 0);
}

type Stored = [node: number, position: number, key: string, value: string | undefined, version: Buffer];

/** A cluster, and what its storages hold. */
function observedCluster(nodes: number, seed: number) {
  const storages = new Map<string, Storage>();
  const cluster = new SimulatedCluster({
    nodes,
    seed,
    wrapStorage: (storage, node, position) => {
      storages.set(`${node} ${position}`, storage);
      return storage;
    },
  });
  cluster.form();
  const stored = (): Stored[] =>
    [...storages].flatMap(([place, storage]) => {
      const [node, position] = place.split(' ').map(Number) as [number, number];
      return storage.reduce(
        (all, key, { version, versionOffset, tombstone, value, valueStart, valueEnd }) => {
          const text = tombstone ? undefined : value.toString('utf8', valueStart, valueEnd);
          all.push([
            node,
            position,
            key.toString(),
            text,
            Buffer.from(version.subarray(versionOffset, versionOffset + 16)),
          ]);
          return all;
        },
        [] as Stored[],
      );
    });
  return { cluster, stored };
}
