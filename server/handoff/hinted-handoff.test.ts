/** What a fallback took must come to its owner, whole, whatever becomes of the network and of either node. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRecordView } from '../storage/index.js';
import { HandoffNet, type HandoffNode } from '../testing/handoff-net.js';
import { transferMessageKind } from './transfer-message.js';

const [a, b, c] = ['a@host', 'b@host', 'c@host'] as const;
const partition = 1;

describe('hinted handoff', () => {
  it('brings what a fallback took to the owner, and deletes it at the fallback', () => {
    const { net, fallback, owner } = pair();
    for (let i = 0; i < 100; i++) fallback.write(partition, `k${i}`, i + 1);
    net.run(300);
    expect(fallback.count(partition)).toBe(0);
    for (let i = 0; i < 100; i++) expect(owner.versionOf(partition, `k${i}`)).toBe(i + 1);
    expect(fallback.logs.map(({ event }) => event)).toEqual(['handoff-sent']);
    expect(owner.logs).toMatchObject([{ event: 'handoff-received', details: { records: 100 } }]);
    // The vnode itself ends, too.
    expect(fallback.vnodes.running().map(({ position }) => position)).not.toContain(partition);
    expect(fallback.handoff.isDrained).toBe(true);
  });

  it('begins as soon as the owner is up, with no traffic', () => {
    const { net, fallback, owner } = pair();
    owner.crash();
    fallback.write(partition, 'k', 1);
    net.run(60_000);
    owner.restart();
    expect(net.parcels.map(({ message }) => message.kind)).toContain(transferMessageKind.begin);
  });

  it('goes on after the fallback has restarted', () => {
    const { net, fallback, owner } = pair();
    owner.crash();
    for (let i = 0; i < 10; i++) fallback.write(partition, `k${i}`, 1);
    fallback.crash(10);
    fallback.restart();
    expect(fallback.handoff.transfers()).toMatchObject([
      { kind: 'hinted', state: 'waiting', recordsExpected: 10 },
    ]);
    owner.restart();
    net.run(300);
    expect([fallback.count(partition), owner.count(partition)]).toEqual([0, 10]);
  });

  it('never replaces newer with older, nor brings back what was deleted', () => {
    const { net, fallback, owner } = pair();
    fallback.write(partition, 'newer here', 7);
    owner.write(partition, 'newer here', 5);
    fallback.write(partition, 'newer there', 5);
    owner.write(partition, 'newer there', 7);
    fallback.write(partition, 'deleted there', 5);
    owner.write(partition, 'deleted there', 7, '', true);
    fallback.write(partition, 'deleted here', 7, '', true);
    owner.write(partition, 'deleted here', 5);
    net.run(300);
    expect(fallback.count(partition)).toBe(0);
    expect(owner.versionOf(partition, 'newer here')).toBe(7);
    expect(owner.versionOf(partition, 'newer there')).toBe(7);
    for (const key of ['deleted here', 'deleted there']) expect(isTombstone(owner, key)).toBe(true);
  });

  it('keeps what was written again while it was on its way, and sends that, too', () => {
    const { net, fallback, owner } = pair();
    fallback.write(partition, 'k', 1);
    net.pass(300);
    net.deliver(); // begin
    net.deliver(); // accept: the chunk goes out
    fallback.write(partition, 'k', 2);
    net.deliver(); // chunk
    net.pass(2);
    net.deliver(); // ack
    expect(owner.versionOf(partition, 'k')).toBe(1);
    expect(fallback.versionOf(partition, 'k')).toBe(2);
    net.run(300);
    expect(fallback.versionOf(partition, 'k')).toBeUndefined();
    expect(owner.versionOf(partition, 'k')).toBe(2);
  });

  it('deletes nothing before the owner has made it durable', () => {
    const { net, fallback, owner } = pair({ syncMs: () => 1000 });
    fallback.write(partition, 'k', 1);
    net.run(900);
    expect([fallback.count(partition), owner.count(partition)]).toEqual([1, 1]);
    owner.crash();
    owner.restart();
    net.run(900);
    expect(fallback.count(partition)).toBe(1);
    net.run(1000);
    expect(fallback.count(partition)).toBe(0);
    owner.crash();
    owner.restart();
    expect(owner.versionOf(partition, 'k')).toBe(1);
  });

  it('deletes nothing on an acknowledgement of something else than was sent', () => {
    for (const wrongAt of [0, 4, 8]) {
      const { net, fallback } = pair();
      fallback.write(partition, 'k', 1);
      net.pass(300);
      for (let i = 0; i < 3; i++) net.deliver();
      net.pass(2);
      const ack = net.parcels[0]!.message;
      expect(ack.kind).toBe(transferMessageKind.ack);
      ack.content.writeUInt32BE(ack.content.readUInt32BE(wrongAt) + 1, wrongAt);
      net.deliver();
      expect(fallback.count(partition)).toBe(1);
      expect(fallback.logs.at(-1)).toMatchObject({ event: 'handoff-failed' });
    }
  });

  it('believes nobody but the receiver in the life that it began with', () => {
    for (const [name, life] of [
      [c, 1],
      [b, 2],
    ] as const) {
      const { net, fallback } = pair();
      fallback.write(partition, 'k', 1);
      net.pass(300);
      for (let i = 0; i < 3; i++) net.deliver();
      net.pass(2);
      const { message } = net.parcels.pop()!;
      fallback.handoff.onMessage(name as never, life, message);
      expect([message.kind, fallback.count(partition)]).toEqual([transferMessageKind.ack, 1]);
    }
  });

  it('sends nothing to another node, cluster or life than it means', () => {
    const mistakes = [{ target: c }, { targetLife: 99 }, { clusterId: 'other' }];
    for (const mistake of mistakes) {
      const { net, fallback, owner } = pair();
      fallback.write(partition, 'k', 1);
      net.pass(300);
      const parcel = net.parcels[0]!;
      const begin = { ...JSON.parse(parcel.message.content.toString()), ...mistake };
      net.parcels[0] = {
        ...parcel,
        message: { ...parcel.message, content: Buffer.from(JSON.stringify(begin)) },
      };
      net.run(10);
      expect([fallback.count(partition), owner.count(partition)]).toEqual([1, 0]);
      expect(fallback.logs.at(-1)?.details.reason).toContain('this');
    }
  });

  it('refuses what it does not own', () => {
    const { net, fallback, owner } = pair();
    fallback.write(partition, 'k', 1);
    net.owners[partition] = c as never;
    net.teach(fallback);
    net.pass(300);
    expect(net.parcels[0]!.to).toBe(c);
    net.parcels = net.parcels.map((parcel) => ({ ...parcel, to: owner.name }));
    net.run(10);
    expect(owner.count(partition)).toBe(0);
    expect(fallback.count(partition)).toBe(1);
  });

  it('keeps to the limits of transfers in each direction', () => {
    const net = new HandoffNet({
      names: [a, b, c],
      owners: Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? b : c)),
      limits: { outgoingMax: 3, incomingMax: 2 },
    });
    for (const name of [a, b, c])
      for (let position = 0; position < 16; position++)
        for (let i = 0; i < 5; i++) net.node(name).write(position, `k${i}`, 1);
    let most = 0;
    for (let step = 0; step < 3000; step++) {
      net.run(1);
      for (const node of net.nodes) {
        const counters = new Map(node.handoff.counters());
        expect(counters.get('handoffs_sending')).toBeLessThanOrEqual(3);
        expect(counters.get('handoffs_receiving')).toBeLessThanOrEqual(2);
        most = Math.max(most, counters.get('handoffs_sending')!);
      }
    }
    expect(most).toBe(3);
    expect(net.nodes.every(({ handoff }) => handoff.isDrained)).toBe(true);
  });

  it('has no more bytes on their way than the window allows, and one chunk', () => {
    const { net, fallback } = pair({ limits: { chunkBytes: 1000, windowBytes: 5000 }, syncMs: () => 50 });
    for (let i = 100; i < 600; i++) fallback.write(partition, `k${i}`, 1, 'v'.repeat(100));
    let unacknowledged = 0;
    let most = 0;
    for (let i = 0; i < 3000; i++) {
      net.pass(1);
      for (const { message } of net.parcels) {
        if (message.kind === transferMessageKind.chunk) unacknowledged += message.content.length - 8;
        if (message.kind === transferMessageKind.ack) unacknowledged -= message.content.readUInt32BE(4) * 129;
      }
      most = Math.max(most, unacknowledged);
      for (let n = net.parcels.length; n > 0; n--) net.deliver();
    }
    expect(most).toBeGreaterThan(4000);
    expect(most).toBeLessThanOrEqual(6000);
    expect(fallback.count(partition)).toBe(0);
  });

  it('sends no faster than it is told to', () => {
    const { net, fallback } = pair({ limits: { bytesPerSecond: 10_000, chunkBytes: 500 } });
    for (let i = 0; i < 1000; i++) fallback.write(partition, `k${i}`, 1, 'v'.repeat(60));
    net.run(1000);
    const before = fallback.count(partition);
    net.run(2000);
    const sentBytes = (before - fallback.count(partition)) * 89;
    expect(sentBytes).toBeGreaterThan(18_000);
    expect(sentBytes).toBeLessThan(22_000);
    fallback.handoff.setLimits({ bytesPerSecond: 0 });
    net.run(300);
    expect(fallback.count(partition)).toBe(0);
  });

  it('takes records that are larger than a chunk', () => {
    const { net, fallback, owner } = pair({ limits: { chunkBytes: 1000 } });
    for (let i = 0; i < 20; i++) fallback.write(partition, `k${i}`, 1, 'v'.repeat(i * 300));
    net.run(400);
    expect([fallback.count(partition), owner.count(partition)]).toEqual([0, 20]);
  });

  it('gives up a receiver that has fallen silent, and tries again', () => {
    const { net, fallback, owner } = pair({ limits: { silenceMs: 1000 } });
    fallback.write(partition, 'k', 1);
    net.pass(300);
    for (let i = 0; i < 50; i++) {
      net.parcels = [];
      net.pass(25);
    }
    expect(fallback.logs.at(-1)?.details.reason).toContain('silent');
    net.run(5000);
    expect([fallback.count(partition), owner.count(partition)]).toEqual([0, 1]);
  });

  it('frees the place of a sender that died without a word', () => {
    const { net, fallback, owner } = pair({
      limits: { silenceMs: 1000, incomingMax: 1 },
      syncMs: () => 100_000,
    });
    fallback.write(partition, 'k', 1);
    net.run(300);
    expect(owner.handoff.transfers()).toHaveLength(1);
    net.parcels = [];
    for (let i = 0; i < 50; i++) {
      net.pass(25);
      net.parcels = [];
    }
    expect(owner.handoff.transfers()).toHaveLength(0);
  });

  it('loses nothing and doubles nothing, whatever the network does and whoever dies', () => {
    const step = fc.record({
      kind: fc.constantFrom(
        ...['deliver', 'deliver', 'deliver', 'pass', 'pass', 'write'],
        ...['lose', 'double', 'overtake', 'crashFallback', 'crashOwner', 'cut'],
      ),
      at: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 300, size: 'max' }), (steps) => {
        const { net, fallback, owner } = pair({ limits: { chunkBytes: 200, silenceMs: 300 } });
        const expected = new Map<string, number>();
        let version = 0;
        const write = (node: HandoffNode, at: number) => {
          const key = `k${at % 40}`;
          node.write(partition, key, ++version);
          // Acknowledged when it is durable, and not before.
          const written = version;
          node.vnodes.at(partition).storage.sync((error) => {
            if (error === undefined) expected.set(key, Math.max(expected.get(key) ?? 0, written));
          });
        };
        for (let i = 0; i < 30; i++) write(fallback, i);
        for (const { kind, at } of steps) {
          if (kind === 'deliver') net.deliver();
          else if (kind === 'pass') net.pass(1 + (at % 50));
          else if (kind === 'write') write(at % 3 === 0 ? owner : fallback, at);
          else if (kind === 'lose') net.parcels.splice(at % 5, 1);
          else if (kind === 'double') net.deliver(at % 3, true);
          else if (kind === 'overtake') net.deliver(at % 5);
          else if (kind === 'cut') {
            net.cut(owner);
            net.pass(1 + (at % 50));
            net.heal(owner);
          } else {
            const node = kind === 'crashFallback' ? fallback : owner;
            node.crash(at % 7);
            net.pass(1 + (at % 50));
            node.restart();
          }
        }
        net.run(8000);
        expect(fallback.count(partition)).toBe(0);
        for (const [key, least] of expected)
          expect(owner.versionOf(partition, key) ?? 0, key).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 60 },
    );
  });
});

/** A fallback that runs a partition of the owner's. */
function pair(options: Partial<ConstructorParameters<typeof HandoffNet>[0]> = {}) {
  const net = new HandoffNet({ names: [a, b, c], owners: [a, b, a, a, a, a, a, a], ...options });
  return { net, fallback: net.node(a), owner: net.node(b) };
}

function isTombstone(node: HandoffNode, key: string): boolean {
  const bytes = Buffer.from(key);
  const view = emptyRecordView();
  return node.vnodes.at(partition).storage.get(bytes, 0, bytes.length, view) && view.tombstone;
}
