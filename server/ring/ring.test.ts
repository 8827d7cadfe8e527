import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeName } from './node-name.js';
import { createRing } from './ring.js';
import { RingError } from './ring-error.js';
import { decodeRing, encodeRing, ringDigest } from './ring-text.js';

const names = ['node2@127.0.0.1', 'node1@127.0.0.1', 'node3@127.0.0.1'].map(nodeName);
const ring = createRing({ clusterId: 'rkv', ringSize: 16, members: names });

describe('ring', () => {
  it('sorts its members and shares the partitions among them', () => {
    expect(ring.members).toEqual(['node1@127.0.0.1', 'node2@127.0.0.1', 'node3@127.0.0.1']);
    expect(Array.from(ring.owners)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
    expect([ring.clusterId, ring.epoch, ring.ringSize, ring.hashVersion]).toEqual(['rkv', 1, 16, 1]);
  });

  it('refuses members that cannot be, cluster ids and sizes that cannot be', () => {
    const create = (members: string[], clusterId = 'rkv', ringSize = 16) => {
      return () => createRing({ clusterId, ringSize, members: members.map(nodeName) });
    };
    expect(create([])).toThrow('A ring has 1 to 1024 members, and this one has 0.');
    expect(create(['a@h', 'b@h', 'a@h'])).toThrow('a@h is a member twice');
    expect(create(['a@h'], 'my cluster')).toThrow('"my cluster" is no cluster id');
    expect(create(['a@h'], 'rkv', 10)).toThrow('A ring of 10 partitions cannot be');
    expect(create(['a@h'], 'rkv', 10)).toThrow(RingError);
  });
});

describe('node name', () => {
  it('is name@host', () => {
    for (const name of ['node1@127.0.0.1', 'a@host.example.org', 'rkv-2_b.c@[::1]', 'n@localhost']) {
      expect(nodeName(name)).toBe(name);
    }
    for (const name of [
      '',
      'node1',
      '@host',
      'node1@',
      'a b@host',
      'a@b@c',
      `${'a'.repeat(300)}@h`,
      'a@h\n',
    ]) {
      expect(() => nodeName(name)).toThrow(RingError);
    }
    expect(() => nodeName('node1')).toThrow(/^"node1" is no node name: write name@host/);
  });
});

describe('ring text', () => {
  it('reads back as the ring that was written', () => {
    const member = fc.integer({ min: 1, max: 30 }).map((i) => nodeName(`node${i}@127.0.0.1`));
    const members = fc.uniqueArray(member, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(members, fc.constantFrom(8, 64, 1024), fc.nat(), (members, ringSize, epoch) => {
        const ring = { ...createRing({ clusterId: 'c-1', ringSize, members }), epoch };
        expect(decodeRing(encodeRing(ring))).toEqual(ring);
      }),
    );
  });

  it('has a digest that says whether two rings are equal', () => {
    const same = createRing({ clusterId: 'rkv', ringSize: 16, members: [...names].reverse() });
    expect(ringDigest(same)).toBe(ringDigest(ring));
    expect(ringDigest(decodeRing(encodeRing(ring)))).toBe(ringDigest(ring));
    const owners = Int16Array.from(ring.owners);
    owners[0] = 2;
    for (const other of [
      { ...ring, epoch: 2 },
      { ...ring, clusterId: 'other' },
      { ...ring, owners },
    ]) {
      expect(ringDigest(other)).not.toBe(ringDigest(ring));
    }
  });

  it('is refused with a sentence that says what is wrong', () => {
    const changed = (change: object) => JSON.stringify({ ...JSON.parse(encodeRing(ring)), ...change });
    const cases: [text: string, message: RegExp][] = [
      ['', /^The ring text is not JSON: .*\.$/],
      ['{}', /^The ring text is not a ring at format: .*\.$/],
      ['null', /^The ring text is not a ring: .*\.$/],
      [encodeRing(ring).slice(0, 50), /not JSON/],
      [changed({ epoch: -1 }), /at epoch/],
      [changed({ hashVersion: 2 }), /at hashVersion/],
      [changed({ extra: 1 }), /extra/],
      [changed({ ringSize: 32 }), /has 16 owners for 32 partitions/],
      [changed({ ringSize: 15 }), /A ring of 15 partitions cannot be/],
      [changed({ members: ['a@h', 'b@h'] }), /has owner 2, and only 2 members/],
      [changed({ members: ['c@h', 'b@h', 'a@h'] }), /c@h comes before b@h/],
      [changed({ members: ['a', 'b', 'c'] }), /"a" is no node name/],
    ];
    for (const [text, message] of cases) {
      expect(() => decodeRing(text)).toThrow(RingError);
      expect(() => decodeRing(text)).toThrow(message);
    }
  });
});
