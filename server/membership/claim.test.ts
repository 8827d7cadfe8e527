import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripe } from '../ring/index.js';
import { claim, joinMovesMax } from './claim.js';
import { unowned } from './claim-board.js';

const ringSizes = [16, 32, 64, 128, 256, 512, 1024];

describe('claim', () => {
  it("gives the tutorial's ring when two members join one at once", () => {
    const owners = claim({ before: new Int16Array(16), members: 3, seed: 1 });
    expect(letters(owners)).toBe('abcabcabcabcabca');
    expect(movesBetween(new Int16Array(16), owners)).toBe(10);
  });

  it('moves at most ceil(Q/S) + 4 for each member of a growth from 1 to 20, and spaces six members or more', () => {
    for (const ringSize of ringSizes) {
      for (const seed of ringSize < 512 ? [1, 2] : [1]) {
        let before: Int16Array = new Int16Array(ringSize);
        for (let members = 2; members <= 20; members++) {
          const owners = claim({ before, members, seed });
          const moves = movesBetween(before, owners);
          expect([ringSize, members, isBalanced(owners, members)]).toEqual([ringSize, members, true]);
          expect(moves, `${ringSize}/${members}`).toBeLessThanOrEqual(Math.ceil(ringSize / members) + 4);
          if (members >= 7) expect([ringSize, members, crowded(owners, 4)]).toEqual([ringSize, members, 0]);
          if (members === 6) expect(crowded(owners, 3), `${ringSize}/6`).toBe(0);
          if (members === 2) expect(crowded(owners, 2)).toBe(0);
          before = owners;
        }
      }
    }
  });

  it('spaces the ring whenever four members or more are left after one leaves', () => {
    for (const ringSize of ringSizes) {
      let owners = stripe(ringSize, 12);
      for (let members = 11; members >= 1; members--) {
        const before = withoutMember(owners, members >> 1);
        owners = claim({ before, members, seed: members });
        expect([ringSize, members, isBalanced(owners, members)]).toEqual([ringSize, members, true]);
        if (members >= 4) expect([ringSize, members, crowded(owners, 4)]).toEqual([ringSize, members, 0]);
      }
    }
  });

  it('is balanced, deterministic and stable for any owners, and keeps the bound when nobody leaves', () => {
    const owned = fc.constantFrom(8, 16, 64).chain((ringSize) =>
      fc.integer({ min: 1, max: 20 }).chain((members) =>
        fc.record({
          members: fc.constant(members),
          seed: fc.nat(),
          before: fc
            .array(fc.integer({ min: unowned, max: members - 1 }), {
              minLength: ringSize,
              maxLength: ringSize,
            })
            .map((list) => Int16Array.from(list)),
        }),
      ),
    );
    fc.assert(
      fc.property(owned, ({ before, members, seed }) => {
        const owners = claim({ before, members, seed });
        expect(isBalanced(owners, members)).toBe(true);
        expect(claim({ before, members, seed })).toEqual(owners);
        expect(claim({ before: owners, members, seed: seed + 1 })).toEqual(owners);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the bound of several members that join at once, and spaces the ring for them', () => {
    const step = fc.record({
      ringSize: fc.constantFrom(...ringSizes),
      members: fc.integer({ min: 1, max: 12 }),
      joining: fc.integer({ min: 1, max: 8 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(step, ({ ringSize, members, joining, seed }) => {
        const before = stripe(ringSize, Math.min(members, ringSize));
        const total = members + joining;
        const owners = claim({ before, members: total, seed });
        const bound = joinMovesMax(ringSize, total, joining, 4);
        expect(movesBetween(before, owners)).toBeLessThanOrEqual(bound);
        if (members >= 5) expect(crowded(owners, 4)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});

function letters(owners: Int16Array): string {
  return Array.from(owners, (owner) => String.fromCharCode(97 + owner)).join('');
}

function movesBetween(before: Int16Array, after: Int16Array): number {
  return after.reduce((sum, owner, position) => sum + (owner === before[position] ? 0 : 1), 0);
}

function isBalanced(owners: Int16Array, members: number): boolean {
  const counts = new Array<number>(members).fill(0);
  for (const owner of owners) counts[owner]!++;
  return Math.max(...counts) - Math.min(...counts) <= 1;
}

/** How many windows of neighbours, around the wrap too, have an owner twice. */
function crowded(owners: Int16Array, width: number): number {
  let count = 0;
  for (let start = 0; start < owners.length; start++) {
    const window = Array.from({ length: width }, (_, step) => owners[(start + step) % owners.length]);
    if (new Set(window).size < width) count++;
  }
  return count;
}

/** The owners for a claim after a member has gone: those above it move down by one. */
function withoutMember(owners: Int16Array, leaver: number): Int16Array {
  return owners.map((owner) => (owner === leaver ? unowned : owner > leaver ? owner - 1 : owner));
}
