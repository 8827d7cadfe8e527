import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripe, targetN } from './claim.js';

const ringSize = fc.constantFrom(8, 16, 32, 64, 128, 256, 512, 1024);

describe('static claim', () => {
  it('gives the rings of the tutorial and of Riak Core', () => {
    expect(letters(16, 1)).toBe('aaaaaaaaaaaaaaaa');
    expect(letters(16, 3)).toBe('abcabcabcabcabca');
    expect(letters(16, 4)).toBe('abcdabcdabcdabcd');
    expect(letters(16, 5)).toBe('abceabdeacdeabcd');
    expect(letters(16, 6)).toBe('abcdefabcdefabcd');
    expect(letters(16, 7)).toBe('abcefgabdefgabcd');
    expect(letters(16, 8)).toBe('abcdefghabcdefgh');
  });

  it('gives three members 37.5, 31.3 and 31.3 % of a ring of 16', () => {
    expect(counts(16, 3)).toEqual([6, 5, 5]);
  });

  it('gives every member as many partitions as any other, or one more', () => {
    fc.assert(
      fc.property(ringSize, fc.integer({ min: 1, max: 1100 }), (size, members) => {
        const owned = counts(size, members);
        expect(owned.length).toBe(members);
        expect(owned.reduce((sum, count) => sum + count)).toBe(size);
        expect(Math.max(...owned) - Math.min(...owned)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('never gives one member two of four neighbouring partitions, when there are four members or more', () => {
    for (const size of [8, 16, 32, 64, 128, 256, 512, 1024]) {
      for (let members = targetN; members <= 20; members++) {
        expect([size, members, crowdedWindows(stripe(size, members), targetN)]).toEqual([size, members, 0]);
      }
    }
  });

  it('leaves the fewest crowded preference lists of three to three members: those around the wrap', () => {
    expect(crowdedWindows(stripe(16, 3), 3)).toBe(2);
    expect(crowdedWindows(stripe(64, 3), 3)).toBe(2);
  });
});

function letters(size: number, members: number): string {
  return Array.from(stripe(size, members), (owner) => String.fromCharCode(97 + owner)).join('');
}

function counts(size: number, members: number): number[] {
  const owned = new Array<number>(members).fill(0);
  for (const owner of stripe(size, members)) owned[owner]!++;
  return owned;
}

/** How many windows of neighbours, around the wrap too, have an owner twice. */
function crowdedWindows(owners: Int16Array, width: number): number {
  let crowded = 0;
  for (let start = 0; start < owners.length; start++) {
    const window = Array.from({ length: width }, (_, step) => owners[(start + step) % owners.length]);
    if (new Set(window).size < width) crowded++;
  }
  return crowded;
}
