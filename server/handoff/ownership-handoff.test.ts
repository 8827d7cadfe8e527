/** A partition must come to its next owner whole, while it is written to, whatever becomes of network and nodes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandoffNet, type HandoffNode } from '../testing/handoff-net.js';

const [a, b, c] = ['a@host', 'b@host', 'c@host'] as const;
const partition = 1;

describe('ownership handoff', () => {
  it('sends all records, tells so once, and deletes them when the next owner owns them', () => {
    const { net, owner, next } = going();
    for (let i = 0; i < 100; i++) owner.write(partition, `k${i}`, i + 1);
    net.run(300);
    expect(net.handedOver).toEqual([{ position: partition, by: a }]);
    expect([owner.count(partition), next.count(partition)]).toEqual([100, 100]);
    net.run(1000);
    expect(net.handedOver).toHaveLength(1);
    net.commit(partition);
    net.teach();
    net.run(300);
    expect([owner.count(partition), next.count(partition)]).toEqual([0, 100]);
    expect(owner.vnodes.running()).toEqual([]);
    expect(net.nodes.flatMap(({ logs }) => logs.map(({ event }) => event))).toEqual([
      'handoff-sent',
      'handoff-received',
    ]);
  });

  it('tells of an empty partition, too', () => {
    const { net } = going();
    net.run(300);
    expect(net.handedOver).toHaveLength(1);
  });

  it('tells nothing before all of it is durable at the next owner', () => {
    const { net, owner } = going({ syncMs: () => 1000 });
    owner.write(partition, 'k', 1);
    net.run(900);
    expect(net.handedOver).toEqual([]);
    net.run(1000);
    expect(net.handedOver).toHaveLength(1);
  });

  it('sends on what is written and deleted meanwhile, behind the scan and before it', () => {
    const { net, owner, next } = going({ limits: { chunkBytes: 300, windowBytes: 300 } });
    for (let i = 0; i < 100; i++) owner.write(partition, `k${i}`, 1);
    for (let i = 0; i < 100; i++) {
      net.run(1);
      owner.write(partition, `k${i}`, 2, 'new', i % 3 === 0);
    }
    net.run(300);
    for (let i = 0; i < 100; i++) expect(next.versionOf(partition, `k${i}`)).toBe(2);
    expect(net.handedOver).toHaveLength(1);
  });

  it('follows from then on until the next owner is the owner, and still when it is', () => {
    const { net, owner, next } = going();
    net.run(300);
    owner.write(partition, 'before', 1);
    net.run(3);
    expect(next.versionOf(partition, 'before')).toBe(1);
    net.commit(partition);
    net.teach(next);
    owner.write(partition, 'between', 2);
    net.run(3);
    expect(next.versionOf(partition, 'between')).toBe(2);
    net.teach(owner);
    owner.write(partition, 'behind', 3);
    net.run(100);
    expect(next.versionOf(partition, 'behind')).toBe(3);
    expect(owner.count(partition)).toBe(0);
    // Long after: by somebody who has not heard of it.
    owner.write(partition, 'late', 4);
    net.run(300);
    expect([owner.count(partition), next.versionOf(partition, 'late')]).toEqual([0, 4]);
  });

  it('keeps what was written to the old owner until the new one has it', () => {
    const { net, owner, next } = going();
    for (let i = 0; i < 10; i++) owner.write(partition, `k${i}`, 1);
    net.run(300);
    net.commit(partition);
    net.teach();
    owner.write(partition, 'k3', 2);
    net.pass(500);
    expect([owner.count(partition), next.versionOf(partition, 'k3')]).toEqual([1, 1]);
    net.run(100);
    expect([owner.count(partition), next.versionOf(partition, 'k3')]).toEqual([0, 2]);
  });

  it('deletes nothing that comes back to it', () => {
    const { net, owner, next } = going();
    for (let i = 0; i < 10; i++) owner.write(partition, `k${i}`, 1);
    net.run(300);
    net.commit(partition);
    net.schedule(partition, a, 8);
    net.teach();
    net.run(500);
    expect([owner.count(partition), next.count(partition)]).toEqual([10, 10]);
    net.commit(partition);
    net.teach();
    net.run(500);
    expect([owner.count(partition), next.count(partition)]).toEqual([10, 0]);
  });

  it('goes on behind what was acknowledged when a link was lost, or the receiver was away', () => {
    const { net, owner, next } = going({ limits: { chunkBytes: 200, windowBytes: 400 } });
    for (let i = 0; i < 200; i++) owner.write(partition, `k${i}`, 1);
    net.run(20);
    const received = next.count(partition);
    expect(received).toBeGreaterThan(20);
    net.cut(next);
    owner.write(partition, 'k5', 2);
    net.heal(next);
    net.run(5);
    next.crash(1000);
    next.restart();
    net.run(500);
    expect(next.count(partition)).toBe(200);
    expect(next.versionOf(partition, 'k5')).toBe(2);
    const sent = owner.logs
      .filter(({ event, details }) => event !== 'handoff-received' && details.kind === 'ownership')
      .reduce((sum, { details }) => sum + Number(details.records), 0);
    expect(sent).toBeLessThan(230);
    expect(net.handedOver).toHaveLength(1);
  });

  it('begins anew when the receiver has lost its data', () => {
    const { net, owner, next } = going({ limits: { chunkBytes: 200, windowBytes: 400 } });
    for (let i = 0; i < 100; i++) owner.write(partition, `k${i}`, 1);
    net.run(12);
    expect(next.count(partition)).toBeGreaterThan(20);
    next.crash();
    next.wipe();
    next.restart();
    net.run(500);
    expect(next.count(partition)).toBe(100);
  });

  it('begins anew when more has changed than it keeps note of', () => {
    const { net, owner, next } = going({ limits: { changedKeysMax: 100 } });
    owner.write(partition, 'k', 1);
    net.run(300);
    net.cut(next);
    for (let i = 0; i < 150; i++) owner.write(partition, `k${i}`, 2, '');
    net.heal(next);
    net.run(1000);
    expect(next.count(partition)).toBe(151);
  });

  it('deletes nothing if the transition comes to nothing, and the receiver gives back what it has', () => {
    const { net, owner, next } = going();
    for (let i = 0; i < 100; i++) owner.write(partition, `k${i}`, 1);
    net.run(300);
    net.transitions.delete(partition);
    net.teach();
    net.run(1000);
    expect([owner.count(partition), next.count(partition)]).toEqual([100, 0]);
  });

  it('sends to another node when the plan has changed', () => {
    const { net, owner, next } = going();
    const third = net.node(c);
    for (let i = 0; i < 100; i++) owner.write(partition, `k${i}`, 1);
    net.run(100);
    net.schedule(partition, c, 8);
    net.teach();
    net.run(1000);
    expect([owner.count(partition), next.count(partition), third.count(partition)]).toEqual([100, 0, 100]);
    expect(net.handedOver).toHaveLength(2);
  });

  it('gives the owner of today what the next owner took for it, and keeps it', () => {
    const { net, owner, next } = going();
    next.write(partition, 'taken', 1);
    net.run(600);
    expect(owner.versionOf(partition, 'taken')).toBe(1);
    expect(next.versionOf(partition, 'taken')).toBe(1);
    next.write(partition, 'taken later', 2);
    net.run(600);
    expect(owner.versionOf(partition, 'taken later')).toBe(2);
    expect(next.handoff.transfers().filter(({ kind }) => kind === 'hinted')).toEqual([]);
  });

  it('waits for a receiver that has not heard of the transition', () => {
    const { net, owner, next } = going({}, false);
    owner.write(partition, 'k', 1);
    net.teach(owner);
    net.run(500);
    expect(next.count(partition)).toBe(0);
    expect(net.handedOver).toEqual([]);
    net.teach(next);
    net.run(5000);
    expect(net.handedOver).toHaveLength(1);
  });

  it('takes no place for following, so that all partitions come on', () => {
    const net = new HandoffNet({ names: [a, b, c], owners: new Array<string>(16).fill(a) });
    for (let position = 0; position < 16; position++) {
      net.schedule(position, b, 7);
      net.node(a).write(position, 'k', 1);
    }
    net.teach();
    net.run(1000);
    expect(new Set(net.handedOver.map(({ position }) => position)).size).toBe(16);
    expect(
      net
        .node(a)
        .handoff.transfers()
        .every(({ state }) => state === 'following'),
    ).toBe(true);
  });

  it('loses no acknowledged write, whatever the network does, whoever dies, and whenever it is final', () => {
    const step = fc.record({
      kind: fc.constantFrom(
        ...['deliver', 'deliver', 'deliver', 'deliver', 'pass', 'pass', 'write', 'write'],
        ...['lose', 'double', 'overtake', 'crashOwner', 'crashNext', 'cut', 'commit', 'teach', 'drop'],
      ),
      at: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 300, size: 'max' }), (steps) => {
        const { net, owner, next } = going({ limits: { chunkBytes: 200, silenceMs: 300 } });
        const expected = new Map<string, number>();
        let version = 0;
        let since = 7;
        const write = (node: HandoffNode, at: number) => {
          const key = `k${at % 40}`;
          node.write(partition, key, ++version);
          // Acknowledged when it is durable, and not before.
          const written = version;
          node.vnodes.at(partition).storage.sync((error) => {
            if (error === undefined) expected.set(key, Math.max(expected.get(key) ?? 0, written));
          });
        };
        for (let i = 0; i < 30; i++) write(owner, i);
        for (const { kind, at } of steps) {
          if (kind === 'deliver') net.deliver();
          else if (kind === 'pass') net.pass(1 + (at % 50));
          else if (kind === 'write') write(at % 4 === 0 ? next : owner, at);
          else if (kind === 'lose') net.parcels.splice(at % 5, 1);
          else if (kind === 'double') net.deliver(at % 3, true);
          else if (kind === 'overtake') net.deliver(at % 5);
          else if (kind === 'cut') {
            net.cut(next);
            net.pass(1 + (at % 50));
            net.heal(next);
          } else if (kind === 'commit') {
            if (net.handedOver.length > 0 && net.transitions.has(partition)) {
              net.commit(partition);
              net.handedOver.length = 0;
              // And back again, at once or never.
              if (at % 3 === 0) net.schedule(partition, net.owners[partition] === b ? a : b, ++since);
            }
          } else if (kind === 'teach') {
            net.teach(at % 2 === 0 ? owner : next);
          } else if (kind === 'drop') {
            if (at % 5 === 0 && net.transitions.delete(partition)) net.handedOver.length = 0;
          } else {
            const node = kind === 'crashOwner' ? owner : next;
            node.crash(at % 7);
            net.pass(1 + (at % 50));
            node.restart();
          }
        }
        net.teach();
        net.run(8000);
        if (net.transitions.has(partition)) net.commit(partition);
        net.teach();
        net.run(8000);
        const [last, other] = net.owners[partition] === a ? [owner, next] : [next, owner];
        expect(other.count(partition)).toBe(0);
        for (const [key, least] of expected)
          expect(last.versionOf(partition, key) ?? 0, key).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 60 },
    );
  });
});

/** A partition of a's that goes to b. */
function going(options: Partial<ConstructorParameters<typeof HandoffNet>[0]> = {}, isKnown = true) {
  const net = new HandoffNet({ names: [a, b, c], owners: [b, a, b, b, b, b, b, b], ...options });
  net.schedule(partition, b, 7);
  if (isKnown) net.teach();
  return { net, owner: net.node(a), next: net.node(b) };
}
