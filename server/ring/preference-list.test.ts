import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyPlacement } from './key-placement.js';
import { nodeName } from './node-name.js';
import { PreferenceList, PreferenceLists } from './preference-list.js';
import { createRing, type Ring } from './ring.js';

const tutorialRing = ringOf(16, 3);

describe('preference list', () => {
  it('is that of Riak Core on the ring of the tutorial, with no node, one node and two nodes down', () => {
    // With three members no list of three can do better than Riak's, so here the two agree.
    const expected: [key: string, up: string, list: string][] = [
      ['k23', 'abc', '10b 11c 12a'],
      ['k23', 'bc', '10b 11c 12b*'],
      ['k23', 'ac', '11c 12a 10c*'],
      ['k23', 'ab', '10b 12a 11b*'],
      ['k23', 'a', '12a 10a* 11a*'],
      ['k1', 'abc', '5c 6a 7b'],
      ['k1', 'bc', '5c 7b 6c*'],
      ['k1', 'ac', '5c 6a 7c*'],
      ['k1', 'ab', '6a 7b 5a*'],
      ['k1', 'a', '6a 5a* 7a*'],
      ['ping3', 'abc', '13b 14c 15a'],
      ['ping3', 'bc', '13b 14c 15b*'],
      ['ping3', 'ac', '14c 15a 13a*'],
      ['ping3', 'ab', '13b 15a 14a*'],
      ['ping3', 'a', '15a 13a* 14a*'],
      ['ping3', '', ''],
    ];
    for (const [key, up, list] of expected) {
      const bytes = Buffer.from(key);
      const position = new KeyPlacement(16).position(bytes, 0, bytes.length);
      expect([key, up, describeList(tutorialRing, position, 3, up)]).toEqual([key, up, list]);
    }
  });

  it('is that of Riak Core for four members on a ring of 8', () => {
    const ring = ringOf(8, 4);
    expect(describeList(ring, 0, 3, 'abcd')).toBe('0a 1b 2c');
    expect(describeList(ring, 0, 3, 'bcd')).toBe('1b 2c 0d*');
    expect(describeList(ring, 0, 3, 'cd')).toBe('2c 0d* 1c*');
    expect(describeList(ring, 0, 3, 'ab')).toBe('0a 1b 2a*');
  });

  it('differs from Riak Core on purpose: it passes over members that are in the list already', () => {
    const ring = ringOf(16, 5); // abce abde acde abcd
    // Behind a, b and c come e, a, b, d. Riak Core takes e and then a a second time; we go on to d.
    expect(describeList(ring, 0, 3, 'ade')).toBe('0a 1e* 2d*');
  });

  it('uses a member twice only when every member that is up is in the list', () => {
    expect(describeList(ringOf(16, 5), 0, 3, 'ae')).toBe('0a 1e* 2a*');
  });

  it('has at most as many entries as the ring, and no fallback when all of it is primaries', () => {
    const ring = ringOf(8, 2);
    expect(describeList(ring, 3, 100, 'ab')).toBe('3b 4a 5b 6a 7b 0a 1b 2a');
    expect(describeList(ring, 3, 100, 'a')).toBe('4a 6a 0a 2a');
  });

  it('keeps what it promises on every ring, with anyone down', () => {
    const ring = fc
      .record({ ringSize: fc.constantFrom(8, 16, 64), members: fc.integer({ min: 1, max: 9 }) })
      .map(({ ringSize, members }) => ringOf(ringSize, members));
    const isUp = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(ring, fc.nat(63), fc.integer({ min: 1, max: 5 }), isUp, (ring, at, n, isUp) => {
        const position = at % ring.ringSize;
        const up = Uint8Array.from(ring.members, (_, member) => Number(isUp[member]));
        const list = entries(ring, position, n, up);
        const steps = Array.from({ length: n }, (_, step) => (position + step) % ring.ringSize);
        const [upSteps, downSteps] = [true, false].map((isUp) =>
          steps.filter((step) => (up[ring.owners[step]!] === 1) === isUp),
        ) as [number[], number[]];
        const anyUp = up.includes(1);

        expect(list.every(({ member }) => up[member] === 1)).toBe(true);
        const primaries = list.filter(({ isPrimary }) => isPrimary);
        expect(primaries.map(({ position }) => position)).toEqual(upSteps);
        expect(primaries.every(({ position, member }) => ring.owners[position] === member)).toBe(true);
        const fallbacks = list.slice(primaries.length);
        expect(fallbacks.map(({ position }) => position)).toEqual(downSteps.slice(0, fallbacks.length));
        expect(fallbacks.length <= (anyUp ? downSteps.length : 0)).toBe(true);

        // As many distinct members as there can be: all primaries that are up, then one more per fallback.
        const distinct = new Set(list.map(({ member }) => member)).size;
        const distinctPrimaries = new Set(primaries.map(({ member }) => member)).size;
        const rest = new Set(
          Array.from(ring.owners).filter((owner, at) => up[owner] === 1 && !steps.includes(at)),
        );
        for (const { member } of primaries) rest.delete(member);
        expect(distinct).toBe(distinctPrimaries + Math.min(downSteps.length, rest.size));
      }),
      { numRuns: 1000 },
    );
  });
});

/** A ring of members a, b, c, ... */
function ringOf(ringSize: number, members: number): Ring {
  const names = Array.from({ length: members }, (_, i) => nodeName(`${String.fromCharCode(97 + i)}@host`));
  return createRing({ clusterId: 'test', ringSize, members: names });
}

function entries(ring: Ring, position: number, n: number, isUp: Uint8Array) {
  const list = new PreferenceList(Math.min(n, ring.ringSize));
  const count = new PreferenceLists(ring.owners).select(position, n, isUp, list);
  expect(count).toBe(list.count);
  return Array.from({ length: count }, (_, i) => ({
    position: list.positions[i]!,
    member: list.members[i]!,
    isPrimary: list.isPrimary[i] === 1,
  }));
}

/** Position and member of each entry, with a star for a fallback; `up` is the letters of those who are up. */
function describeList(ring: Ring, position: number, n: number, up: string): string {
  const isUp = Uint8Array.from(ring.members, (member) => Number(up.includes(member[0]!)));
  return entries(ring, position, n, isUp)
    .map(({ position, member, isPrimary }) => `${position}${ring.members[member]![0]}${isPrimary ? '' : '*'}`)
    .join(' ');
}
