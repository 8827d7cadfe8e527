/** Tombstones go when everybody has agreed twice, and stay whenever older data may still be somewhere. */
import { describe, expect, it } from 'vitest';
import { type HandoffLimits, handoffLimitsDefault } from '../handoff/index.js';
import { transferMessageKind } from '../handoff/transfer-message.js';
import { linkTimesDefault } from '../node/index.js';
import { reapQuarantineMs } from '../node/node-handoff.js';
import { requestLimitsDefault } from '../request/index.js';
import { KeyPlacement } from '../ring/index.js';
import { HandoffNet, type HandoffNode } from '../testing/handoff-net.js';

const names = ['a@host', 'b@host', 'c@host', 'd@host'] as const;
const ringSize = 8;
const placement = new KeyPlacement(ringSize);
const graceMs = 1000;
const quarantineMs = 1000;
/** Long enough for all that is due: walks, quarantine, and a second batch. */
const longMs = 12_000;

describe('tombstones', () => {
  it('go everywhere, and nothing else goes', () => {
    const net = cluster();
    put(net, 'kept', 1);
    for (let i = 0; i < 40; i++) bury(net, `k${i}`, 2);
    net.run(longMs);
    for (let i = 0; i < 40; i++) expect(held(net, `k${i}`)).toEqual([undefined, undefined, undefined]);
    expect(held(net, 'kept')).toEqual([1, 1, 1]);
    expect(reaped(net)).toBe(120);
  });

  it('stay until they are old enough, and for ever where that is the setting', () => {
    const net = cluster();
    bury(net, 'k', Math.floor(net.nowMs) + 20_000);
    net.run(longMs);
    expect(reaped(net)).toBe(0);
    const forever = cluster({ tombstoneGraceMs: 0 });
    bury(forever, 'k', 2);
    forever.run(longMs);
    expect(reaped(forever)).toBe(0);
  });

  it('stay while a member is down, whether or not it is a primary, and go when it is back', () => {
    for (const name of names) {
      const net = cluster();
      bury(net, 'k', 2);
      net.cut(net.node(name));
      net.run(longMs);
      expect(reaped(net)).toBe(0);
      net.heal(net.node(name));
      net.run(longMs);
      expect(held(net, 'k')).toEqual([undefined, undefined, undefined]);
    }
  });

  it('stay while a member that is marked down is away, which no request waits for', () => {
    const net = cluster();
    bury(net, 'k', 2);
    const [away] = net.nodes.filter((node) => !replicas(net, 'k').some(([one]) => one === node));
    net.members = net.members.filter((name) => name !== away!.name);
    net.cut(away!);
    net.run(longMs);
    expect(reaped(net)).toBe(0);
  });

  it('stay while a fallback holds an older record, and kill it when it comes', () => {
    const net = cluster();
    const [, [primary, position]] = replicas(net, 'k') as [unknown, [HandoffNode, number]];
    const fallback = net.nodes.find((node) => !replicas(net, 'k').some(([one]) => one === node))!;
    fallback.write(position, 'k', 1);
    bury(net, 'k', 2);
    // The owner takes nothing, so the fallback keeps what it has.
    primary.handoff.setLimits({ incomingMax: 0 });
    net.run(longMs);
    expect(reaped(net)).toBe(0);
    primary.handoff.setLimits({ incomingMax: 2 });
    net.run(longMs);
    expect(held(net, 'k')).toEqual([undefined, undefined, undefined]);
    expect(fallback.count(position)).toBe(0);
  });

  it('stay while one primary lacks them, or holds an older record', () => {
    for (const older of [undefined, 1]) {
      const net = cluster({ sweepMs: 0 });
      const [first, second, third] = replicas(net, 'k');
      for (const [node, position] of [first!, second!]) node.write(position, 'k', 2, '', true);
      if (older !== undefined) third![0].write(third![1], 'k', older);
      sync(net);
      net.run(longMs);
      expect(reaped(net)).toBe(0);
    }
  });

  it('are brought to a primary that lacks them, and go then', () => {
    const net = cluster({ sweepMs: 100 });
    const [first, second, third] = replicas(net, 'k');
    for (const [node, position] of [first!, second!]) node.write(position, 'k', 2, '', true);
    third![0].write(third![1], 'k', 1);
    sync(net);
    net.run(2 * longMs);
    expect(held(net, 'k')).toEqual([undefined, undefined, undefined]);
  });

  it('stay when a link broke in the quarantine, though it is mended when all look again', () => {
    const net = cluster();
    bury(net, 'k', 2);
    runUntil(net, (kind) => kind === transferMessageKind.reapAsk);
    net.run(quarantineMs / 2);
    const node = net.node(names[3]);
    net.cut(node);
    net.heal(node);
    net.run(quarantineMs + 100);
    expect(reaped(net)).toBe(0);
    net.run(longMs);
    expect(held(net, 'k')).toEqual([undefined, undefined, undefined]);
  });

  it('stay when the key was written in the quarantine', () => {
    const net = cluster();
    bury(net, 'k', 2);
    runUntil(net, (kind) => kind === transferMessageKind.reapAsk);
    put(net, 'k', 3);
    net.run(longMs);
    expect(held(net, 'k')).toEqual([3, 3, 3]);
    expect(reaped(net)).toBe(0);
  });

  it('stay when an older record was on its way at the first look, and came in the quarantine', () => {
    const net = cluster();
    bury(net, 'k', 2);
    runUntil(net, (kind) => kind === transferMessageKind.reapAsk);
    const [, [node, position]] = replicas(net, 'k') as [unknown, [HandoffNode, number]];
    // A put from before the delete, which the network has kept for a while.
    node.write(position, 'k', 1);
    net.run(longMs);
    expect(held(net, 'k')).toEqual([undefined, undefined, undefined]);
  });

  it('stay where they are not durable', () => {
    const net = cluster();
    const slow = replicas(net, 'k')[1]![0];
    slow.disk.sync = () => {};
    bury(net, 'k', 2);
    net.run(longMs);
    expect(reaped(net)).toBe(0);
  });
});

describe('the quarantine', () => {
  it('is longer than all together that may hold an older record', () => {
    const { quorumTimeoutMsMax, lingerMs, repair } = requestLimitsDefault;
    const longest = quorumTimeoutMsMax + lingerMs + repair.delayMs + repair.timeoutMs;
    expect(handoffLimitsDefault.reapQuarantineMs).toBeGreaterThan(longest + 2 * linkTimesDefault.suspectMs);
    expect(reapQuarantineMs(300_000)).toBeGreaterThan(
      300_000 + repair.timeoutMs + 2 * linkTimesDefault.suspectMs,
    );
  });
});

function cluster(limits: Partial<HandoffLimits> = {}): HandoffNet {
  const owners = Array.from({ length: ringSize }, (_, i) => names[i % names.length]!);
  const all = {
    sweepMs: 0,
    scrubMs: 0,
    tombstoneGraceMs: graceMs,
    reapQuarantineMs: quarantineMs,
    ...limits,
  };
  return new HandoffNet({ names, owners, n: 3, w: 2, limits: all });
}

function replicas(net: HandoffNet, key: string): [node: HandoffNode, position: number][] {
  const home = placement.position(Buffer.from(key), 0, Buffer.byteLength(key));
  return [0, 1, 2].map((step) => {
    const position = (home + step) % ringSize;
    return [net.node(net.owners[position]!), position];
  });
}

function held(net: HandoffNet, key: string): (number | undefined)[] {
  return replicas(net, key).map(([node, position]) => node.versionOf(position, key));
}

function put(net: HandoffNet, key: string, version: number): void {
  for (const [node, position] of replicas(net, key)) node.write(position, key, version);
  sync(net);
}

function bury(net: HandoffNet, key: string, version: number): void {
  for (const [node, position] of replicas(net, key)) node.write(position, key, version, '', true);
  sync(net);
}

function sync(net: HandoffNet): void {
  for (const node of net.nodes) node.disk.sync(() => {});
  net.run(5);
}

function reaped(net: HandoffNet): number {
  return net.nodes.reduce(
    (sum, { handoff }) => sum + new Map(handoff.counters()).get('tombstones_reaped')!,
    0,
  );
}

/** Until a message of a kind is on its way; it is delivered. */
function runUntil(net: HandoffNet, isMeant: (kind: number) => boolean): void {
  for (let i = 0; i < longMs; i++) {
    net.pass(1);
    const isSeen = net.parcels.some(({ message }) => isMeant(message.kind));
    for (let n = net.parcels.length; n > 0; n--) net.deliver();
    if (isSeen) return;
  }
  expect.fail('no such message was sent');
}
