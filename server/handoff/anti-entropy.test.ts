/** Replicas that differ are found by their trees, at little cost, and get what they lack. */
import { describe, expect, it } from 'vitest';
import { KeyPlacement } from '../ring/index.js';
import { HandoffNet, type HandoffNode } from '../testing/handoff-net.js';
import type { HandoffLimits } from './handoff-limits.js';
import { transferMessageKind } from './transfer-message.js';

const names = ['a@host', 'b@host', 'c@host'] as const;
const ringSize = 8;
const placement = new KeyPlacement(ringSize);

describe('anti-entropy', () => {
  it('costs two small messages for each replica, where all are equal', () => {
    const { net } = cluster({ sweepMs: 100 });
    put(net, 2000);
    net.run(500);
    const spy = treeBytes(net);
    net.run(1000);
    expect(spy.messages).toBeGreaterThan(20);
    expect(spy.bytes / spy.messages).toBeLessThan(70);
    expect(total(net, 'tree_leaves_differing')).toBe(0);
  });

  it('sends only what lies in the leaves that differ', () => {
    const { net } = cluster({ sweepMs: 100 });
    put(net, 2000);
    const [node, position] = replicas(net, positionOf('k7'))[1]!;
    removeAt(node, position, 'k7');
    const [other, at] = replicas(net, positionOf('k8'))[2]!;
    other.write(at, 'k8', 5);
    net.run(20_000);
    for (const [replica, where] of replicas(net, positionOf('k7')))
      expect(replica.versionOf(where, 'k7')).toBe(1);
    for (const [replica, where] of replicas(net, positionOf('k8')))
      expect(replica.versionOf(where, 'k8')).toBe(5);
    expect(total(net, 'partitions_healed')).toBe(2);
    // One lacked the first key, two had the second one older; a leaf has few neighbours.
    expect(total(net, 'records_repaired')).toBe(3);
    const sent = net.nodes.flatMap(({ logs }) => logs.filter(({ event }) => event === 'handoff-sent'));
    expect(sent.reduce((sum, { details }) => sum + Number(details.records), 0)).toBeLessThan(40);
  });

  it('copies between two vnodes of one member', () => {
    const { net } = cluster({ sweepMs: 100 });
    put(net, 500);
    const key = [...Array(500).keys()].map((i) => `k${i}`).find((one) => positionOf(one) === 6)!;
    const [[first], , [last, position]] = replicas(net, 6) as [[HandoffNode], unknown, [HandoffNode, number]];
    expect(first).toBe(last);
    removeAt(last, position, key);
    net.run(20_000);
    expect(last.versionOf(position, key)).toBe(1);
  });

  it('heals nothing while writes are on their way all the time', () => {
    const { net } = cluster({ sweepMs: 20 });
    put(net, 100);
    let version = 2;
    const late: (() => void)[][] = [[], [], []];
    for (let i = 0; i < 6000; i++) {
      const key = `k${(i * 37) % 100}`;
      const [first, ...others] = replicas(net, positionOf(key));
      const now = version++;
      first![0].write(first![1], key, now);
      late.push(
        others.map(
          ([node, position]) =>
            () =>
              node.write(position, key, now),
        ),
      );
      for (const write of late.shift()!) write();
      net.run(1);
    }
    expect(total(net, 'tree_exchanges')).toBeGreaterThan(100);
    expect(total(net, 'partitions_healed')).toBe(0);
  });

  it('finds what a storage has lost silently, and heals it', () => {
    const { net } = cluster({ sweepMs: 100, scrubMs: 200 });
    put(net, 300);
    const [node, position] = replicas(net, positionOf('k9'))[1]!;
    node.vnodes.at(position).storage.delete(Buffer.from('k9'), 0, 2);
    net.run(20_000);
    expect(node.versionOf(position, 'k9')).toBe(1);
    expect(node.logs.find(({ event }) => event === 'damage-found')?.details).toMatchObject({
      position,
      tree: 'wrong',
    });
    expect(total(net, 'trees_wrong')).toBe(1);
  });

  it('builds the trees of a node that begins with records, and compares them then', () => {
    const { net } = cluster({ sweepMs: 100 });
    put(net, 1000);
    const node = net.node(names[1]);
    node.crash();
    net.pass(100);
    node.restart();
    const [other, position] = replicas(net, positionOf('k3')).find(([one]) => one !== node)!;
    other.write(position, 'k3', 9);
    net.run(20_000);
    for (const [replica, where] of replicas(net, positionOf('k3')))
      expect(replica.versionOf(where, 'k3')).toBe(9);
    expect(total(net, 'trees_wrong')).toBe(0);
  });
});

function cluster(limits: Partial<HandoffLimits>) {
  const owners = Array.from({ length: ringSize }, (_, i) => names[i % names.length]!);
  return { net: new HandoffNet({ names, owners, n: 3, w: 2, limits: { scrubMs: 0, ...limits } }) };
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

function put(net: HandoffNet, count: number): void {
  for (let i = 0; i < count; i++)
    for (const [node, position] of replicas(net, positionOf(`k${i}`))) node.write(position, `k${i}`, 1);
  for (const node of net.nodes) node.disk.sync(() => {});
  net.run(5);
}

function removeAt(node: HandoffNode, position: number, key: string): void {
  const bytes = Buffer.from(key);
  expect(node.vnodes.at(position).remove(bytes, 0, bytes.length)).toBe(true);
}

function total(net: HandoffNet, name: string): number {
  return net.nodes.reduce((sum, { handoff }) => sum + new Map(handoff.counters()).get(name)!, 0);
}

/** Counts what is said about trees from now on. */
function treeBytes(net: HandoffNet): { messages: number; bytes: number } {
  const spy = { messages: 0, bytes: 0 };
  const deliver = net.deliver.bind(net);
  net.deliver = (at = 0, keep = false) => {
    const { kind, content } = net.parcels[at]?.message ?? {};
    if (kind === transferMessageKind.treeAsk || kind === transferMessageKind.tree) {
      spy.messages++;
      spy.bytes += content!.length;
    }
    deliver(at, keep);
  };
  return spy;
}
