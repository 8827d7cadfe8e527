/** Who has lost a partition gets back what any other member holds of it, and answers no read before. */
import { describe, expect, it } from 'vitest';
import { KeyPlacement } from '../ring/index.js';
import { emptyRecordView } from '../storage/index.js';
import { HandoffNet, type HandoffNode } from '../testing/handoff-net.js';
import { readFailed, readFound, readMissing, type Vnode } from '../vnode/index.js';
import type { HandoffLimits } from './handoff-limits.js';

const [a, b, c, d] = ['a@host', 'b@host', 'c@host', 'd@host'] as const;
const ringSize = 8;
const placement = new KeyPlacement(ringSize);

describe('a refill', () => {
  it('brings back all that the node had, from whoever has it, and says so', () => {
    const { net } = cluster();
    const keys = put(net, 200);
    const before = held(net.node(b));
    lose(net, b);
    net.run(2000);
    expect(held(net.node(b))).toEqual(before);
    expect(
      net
        .node(b)
        .logs.map(({ event }) => event)
        .filter((event) => event.startsWith('refill')),
    ).toEqual(['refill-begun', 'refill-done']);
    expect(keys).toHaveLength(200);
  });

  it('takes of each key the newest that anybody has', () => {
    const { net } = cluster();
    put(net, 50);
    // Acknowledged by two of three: only one other member has it.
    const key = 'k7';
    const home = positionOf(key);
    const others = replicas(net, home).filter(([node]) => node.name !== b);
    const [node, position] = others[0]!;
    node.write(position, key, 9);
    lose(net, b);
    net.run(2000);
    for (const [replica, at] of replicas(net, home))
      if (replica.name === b) expect(replica.versionOf(at, key)).toBe(9);
  });

  it('copies no key that does not belong on the partition', () => {
    const { net } = cluster([a, b, c, d]);
    put(net, 200);
    lose(net, b);
    net.run(2000);
    for (const vnode of net.node(b).vnodes.running())
      for (const key of keysOf(vnode))
        expect((vnode.position - positionOf(key)) & (ringSize - 1)).toBeLessThan(3);
  });

  it('answers no read with what may be missing or old, and every read of what is written since', () => {
    const { net } = cluster();
    put(net, 50);
    const node = net.node(b);
    net.cut(net.node(a));
    net.cut(net.node(c));
    lose(net, b);
    net.run(500);
    const owned = node.vnodes.running()[0]!;
    expect(read(node, owned.position, 'anything')).toBe(readFailed);
    writeNow(net, node, owned.position, 'new');
    expect(read(node, owned.position, 'new')).toBe(readFound);
    node.write(owned.position, 'old', 1);
    expect(read(node, owned.position, 'old')).toBe(readFailed);
    net.heal(net.node(a));
    net.run(500);
    // One of them may be the only other that has a write.
    expect(read(node, owned.position, 'anything')).toBe(readFailed);
    net.heal(net.node(c));
    net.run(2000);
    expect(read(node, owned.position, 'anything')).toBe(readMissing);
    expect(read(node, owned.position, 'old')).toBe(readFound);
  });

  it('does not wait for one that is down where every write is acknowledged by all', () => {
    const { net } = cluster([a, b, c, d], 3);
    put(net, 50);
    const node = net.node(b);
    const before = held(node);
    net.cut(net.node(c));
    lose(net, b);
    net.run(2000);
    expect(held(node)).toEqual(before);
    expect(node.logs.at(-1)?.event).toBe('refill-done');
  });

  it('is done at once where nobody has anything', () => {
    const { net } = cluster();
    const node = net.node(b);
    expect(read(node, 1, 'k')).toBe(readMissing);
    expect(node.handoff.isSure).toBe(true);
  });

  it('goes on when a member that sends dies and comes back', () => {
    const { net } = cluster();
    put(net, 200);
    const before = held(net.node(b));
    lose(net, b);
    net.run(2);
    net.node(c).crash(100_000);
    net.run(100);
    net.node(c).restart();
    net.run(3000);
    expect(held(net.node(b))).toEqual(before);
    expect(net.node(b).logs.at(-1)?.event).toBe('refill-done');
  });

  it('is needed for a partition whose owner is gone, and not for one that has come', () => {
    const { net } = cluster([a, b, c, d]);
    put(net, 200);
    const gone = net.node(d);
    const [first, second] = net.owners.flatMap((owner, position) => (owner === d ? [position] : []));
    net.schedule(second!, a, 7);
    net.teach();
    net.run(500);
    net.commit(second!);
    gone.crash();
    net.owners[first!] = net.node(a).name;
    net.teach();
    const node = net.node(a);
    expect(read(node, second!, 'anything')).toBe(readMissing);
    expect(read(node, first!, 'anything')).toBe(readFailed);
    net.members = [a, b, c].map((name) => net.node(name).name);
    net.run(3000);
    expect(read(node, first!, 'anything')).toBe(readMissing);
    for (let i = 0; i < 200; i++)
      for (const [replica, position] of replicas(net, positionOf(`k${i}`)))
        expect(replica.versionOf(position, `k${i}`)).toBe(1);
  });

  it('comes before the partition goes to another owner', () => {
    const { net } = cluster();
    put(net, 100);
    const position = net.owners.indexOf(net.node(b).name);
    net.cut(net.node(a));
    lose(net, b);
    net.schedule(position, c, 7);
    net.teach();
    net.run(2000);
    expect(net.handedOver).toEqual([]);
    net.heal(net.node(a));
    net.run(2000);
    expect(net.handedOver).toEqual([{ position, by: b }]);
  });
});

describe('a repair on request', () => {
  it('makes a partition whole, from all that others hold, and reads go on', () => {
    const { net } = cluster();
    put(net, 200);
    const node = net.node(b);
    const before = held(node);
    const vnode = node.vnodes.running().find(({ storage }) => storage.count > 10)!;
    for (let i = 0; i < 200; i += 2) vnode.storage.delete(Buffer.from(`k${i}`), 0, `k${i}`.length);
    node.handoff.repair([vnode.position]);
    expect(read(node, vnode.position, 'nothing')).toBe(readMissing);
    net.run(1000);
    expect(held(node)).toEqual(before);
    expect(node.logs.at(-1)?.event).toBe('repair-done');
  });
});

describe('the comparison of replicas', () => {
  it('finds one key that is missing, or older, at one replica, and heals it, and then finds nothing more', () => {
    for (const missing of [true, false]) {
      const { net } = cluster([a, b, c], 2, { sweepMs: 500 });
      put(net, 200);
      const node = net.node(b);
      net.run(5000);
      const before = held(node);
      for (const each of net.nodes) expect(healed(each)).toBe(0);
      const vnode = node.vnodes.running().find(({ storage }) => storage.count > 10)!;
      const key = keysOf(vnode)[3]!;
      const home = positionOf(key);
      if (missing) vnode.storage.delete(Buffer.from(key), 0, key.length);
      else {
        const [other, position] = replicas(net, home).find(([replica]) => replica !== node)!;
        other.write(position, key, 5);
      }
      net.run(40_000);
      if (missing) expect(held(node)).toEqual(before);
      for (const [replica, position] of replicas(net, home))
        expect(replica.versionOf(position, key)).toBe(missing ? 1 : 5);
      const total = net.nodes.reduce((sum, each) => sum + healed(each), 0);
      expect(total).toBe(1);
      net.run(20_000);
      expect(net.nodes.reduce((sum, each) => sum + healed(each), 0)).toBe(total);
    }
  });

  it('is told on request, with what differs and who did not answer', () => {
    const { net } = cluster();
    put(net, 200);
    net.run(5000);
    const node = net.node(b);
    node.handoff.verify();
    net.run(1000);
    const report = node.handoff.sweepReport;
    expect(report).toMatchObject({ differing: [], unanswered: [], unreadable: 0, isRunning: false });
    expect(report.compared).toBe(net.owners.filter((owner) => owner === b).length);
    expect(report.records).toBe(
      [...Array(200).keys()].filter((i) => net.owners[positionOf(`k${i}`)] === b).length,
    );
    const vnode = node.vnodes.running().find(({ position }) => net.owners[position] === b)!;
    const key = keysOf(vnode).find((one) => positionOf(one) === vnode.position)!;
    vnode.storage.delete(Buffer.from(key), 0, key.length);
    node.handoff.verify();
    net.run(4000);
    expect(node.handoff.sweepReport).toMatchObject({ differing: [vnode.position], isRunning: false });
    expect(node.versionOf(vnode.position, key)).toBe(1);
    net.cut(net.node(c));
    node.handoff.verify();
    net.run(60_000);
    // Of the third, where the ring wraps, both other copies are elsewhere.
    expect(node.handoff.sweepReport.unanswered).toEqual([1, 4]);
  });
});

function healed(node: HandoffNode): number {
  return new Map(node.handoff.counters()).get('partitions_healed')!;
}

/** Members that own the partitions in turn, three copies of each key. */
function cluster(names: readonly string[] = [a, b, c], w = 2, limits: Partial<HandoffLimits> = {}) {
  const owners = Array.from({ length: ringSize }, (_, i) => names[i % names.length]!);
  return { net: new HandoffNet({ names, owners, n: 3, w, limits: { sweepMs: 0, ...limits } }) };
}

function positionOf(key: string): number {
  return placement.position(Buffer.from(key), 0, Buffer.byteLength(key));
}

function replicas(net: HandoffNet, home: number): [node: HandoffNode, position: number][] {
  return [0, 1, 2].map((step) => {
    const position = (home + step) % ringSize;
    return [net.node(net.owners[position]!), position];
  });
}

/** Puts keys at all of their replicas, durably. */
function put(net: HandoffNet, count: number): string[] {
  const keys = Array.from({ length: count }, (_, i) => `k${i}`);
  for (const key of keys)
    for (const [node, position] of replicas(net, positionOf(key))) node.write(position, key, 1);
  for (const node of net.nodes) node.disk.sync(() => {});
  net.run(5);
  return keys;
}

function lose(net: HandoffNet, name: string): void {
  const node = net.node(name);
  node.crash();
  node.wipe();
  net.pass(100);
  node.restart();
}

function held(node: HandoffNode): string[] {
  return node.vnodes
    .running()
    .flatMap((vnode) =>
      keysOf(vnode).map((key) => `${vnode.position} ${key} ${node.versionOf(vnode.position, key)}`),
    )
    .sort();
}

function keysOf(vnode: Vnode): string[] {
  const keys: string[] = [];
  vnode.storage.scan(undefined, 10_000, (key) => keys.push(key.toString()));
  return keys;
}

function read(node: HandoffNode, position: number, key: string): number {
  const bytes = Buffer.from(key);
  return node.vnodes.at(position).read(bytes, 0, bytes.length, emptyRecordView()) & 3;
}

/** With a version of a clock that runs as the net's does. */
function writeNow(net: HandoffNet, node: HandoffNode, position: number, key: string): void {
  const record = { ...emptyRecordView(), version: Buffer.alloc(16) };
  record.version.writeUIntBE(Math.floor(net.nowMs) + 1000, 0, 6);
  const bytes = Buffer.from(key);
  node.vnodes.at(position).apply(bytes, 0, bytes.length, record);
}
