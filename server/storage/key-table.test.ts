import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTable } from './key-table.js';

describe('key table', () => {
  it('does what a map of lists does, when hashes collide, crowd and split segments', () => {
    // Hashes that share their low bits crowd in one segment; those that share their high bits split it often.
    const hash = fc.oneof(
      fc.nat(20),
      fc.nat(40).map((i) => i << 24),
      fc.nat(40).map((i) => i * 16),
      fc.integer(),
    );
    const step = fc.tuple(hash, fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const table = new KeyTable(16);
        const oracle = new Map<number, Set<number>>();
        steps.forEach(([hash, adds], i) => {
          const addresses = oracle.get(hash) ?? new Set();
          oracle.set(hash, addresses);
          expect(new Set(all(table, hash))).toEqual(addresses);
          if (adds) {
            table.insert(i + 1);
            addresses.add(i + 1);
          } else if (addresses.size > 0) {
            const first = table.find(hash);
            table.remove();
            addresses.delete(first);
          }
        });
        for (const [hash, addresses] of oracle) expect(new Set(all(table, hash))).toEqual(addresses);
        const expected = [...oracle.values()].flatMap((addresses) => [...addresses]);
        expect([...table.addresses()].sort()).toEqual(expected.sort());
        expect(table.count).toBe(expected.length);
      }),
    );
  });

  it('replaces the address that was found', () => {
    const table = new KeyTable();
    table.find(5);
    table.insert(1);
    expect(table.find(5)).toBe(1);
    table.replace(2);
    expect(all(table, 5)).toEqual([2]);
  });

  it('splits until a segment whose hashes differ in one bit only has room', () => {
    const table = new KeyTable(16);
    for (let i = 0; i < 100; i++) {
      while (table.find(i << 16) !== 0) table.findNext();
      table.insert(i + 1);
    }
    for (let i = 0; i < 100; i++) expect(all(table, i << 16)).toEqual([i + 1]);
  });

  it('holds many entries of one hash, which no split can part', () => {
    const table = new KeyTable(16);
    for (let i = 1; i <= 100; i++) {
      for (let address = table.find(7); address !== 0; ) address = table.findNext();
      table.insert(i);
    }
    expect(all(table, 7).length).toBe(100);
  });
});

/** All addresses of a hash; leaves the cursor behind the last. */
function all(table: KeyTable, hash: number): number[] {
  const addresses: number[] = [];
  for (let address = table.find(hash); address !== 0; address = table.findNext()) addresses.push(address);
  return addresses;
}
