import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearizableMistake, type RegisterOperation } from './linearizable.js';
import { searchLinearizable } from './linearizable-search.js';

const write = (value: string, call: number, end: number): RegisterOperation => ({
  kind: 'write',
  value,
  call,
  return: end,
});
const read = (value: string | undefined, call: number, end: number): RegisterOperation => ({
  kind: 'read',
  value,
  call,
  return: end,
});
const never = Number.POSITIVE_INFINITY;

/** Small histories with crowded times, so that about half of them are linearizable. */
const histories = fc
  .array(
    fc.record({
      isWrite: fc.boolean(),
      saw: fc.nat(5),
      call: fc.nat(12),
      lasts: fc.nat(6),
      isOpen: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 8 },
  )
  .map((drawn) => {
    const writes = drawn.filter(({ isWrite }) => isWrite).length;
    let written = 0;
    return drawn.map(({ isWrite, saw, call, lasts, isOpen }): RegisterOperation => {
      if (isWrite) return write(`${written++}`, call, isOpen === 0 ? never : call + lasts);
      return read(saw < writes ? `${saw}` : undefined, call, call + lasts);
    });
  });

describe('the check of a register', () => {
  it('agrees with a search through all orders', () => {
    let linearizable = 0;
    const count = 20_000;
    fc.assert(
      fc.property(histories, (history) => {
        const isFine = linearizableMistake(history) === undefined;
        if (isFine) linearizable++;
        expect(isFine).toBe(searchLinearizable(history));
      }),
      { numRuns: count },
    );
    // Neither answer is rare, so that agreeing means something.
    expect(linearizable).toBeGreaterThan(count / 10);
    expect(linearizable).toBeLessThan((count * 9) / 10);
  });

  it('finds a stale read, a read that goes back, and a value from nowhere', () => {
    expect(linearizableMistake([write('1', 0, 1), write('2', 2, 3), read('1', 4, 5)])).toMatch(
      /within the time/,
    );
    expect(
      linearizableMistake([write('1', 0, 1), write('2', 2, 9), read('2', 3, 4), read('1', 5, 6)]),
    ).toBeDefined();
    expect(linearizableMistake([read('7', 0, 1)])).toBe('The value 7 was read and never written.');
    expect(linearizableMistake([read('1', 0, 1), write('1', 2, 3)])).toMatch(/before it was written/);
    expect(linearizableMistake([write('1', 0, 1), read(undefined, 2, 3)])).toBeDefined();
  });

  it('lets a write of unknown outcome take effect late, or never', () => {
    expect(
      linearizableMistake([write('1', 0, never), read(undefined, 5, 6), read('1', 7, 8)]),
    ).toBeUndefined();
    expect(linearizableMistake([write('1', 0, never), read(undefined, 5, 6)])).toBeUndefined();
    expect(linearizableMistake([write('1', 0, never), read('1', 5, 6), read(undefined, 7, 8)])).toBeDefined();
  });

  it('goes through two hundred thousand operations at once', () => {
    const history: RegisterOperation[] = [];
    for (let i = 0; i < 100_000; i++)
      history.push(write(`${i}`, i * 2, i * 2 + 1), read(`${i}`, i * 2 + 1, i * 2 + 2));
    expect(linearizableMistake(history)).toBeUndefined();
    history.push(read('5', 199_999, 200_001));
    expect(linearizableMistake(history)).toBeDefined();
  });
});

describe('the search', () => {
  it('takes deletes, which write nothing many times', () => {
    const gone = { ...write('', 4, 5), value: undefined };
    expect(searchLinearizable([write('1', 0, 1), gone, read(undefined, 6, 7)])).toBe(true);
    expect(searchLinearizable([write('1', 0, 1), gone, read('1', 6, 7)])).toBe(false);
  });

  it('says unknown rather than guess', () => {
    const crowd = Array.from({ length: 30 }, (_, i) => write(`${i}`, 0, 100));
    expect(searchLinearizable([...crowd, read('none', 101, 102)], 1000)).toBe('unknown');
  });
});
