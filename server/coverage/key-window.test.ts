import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRecordView, MemoryStorage } from '../storage/index.js';
import { KeyWindow, patternTooCostly } from './key-window.js';

const limits = { keysMax: 4, bytesMax: 1000 };
const wide = { to: 1000, visitedMax: 3, bytesMax: 1000, stepsMax: 1000 };

/** Keys are named after their points here: `17a`, `17b`. */
const pointOf = (key: string) => Number.parseInt(key, 10);

function storageOf(keys: Iterable<string>): MemoryStorage {
  const storage = new MemoryStorage();
  for (const key of keys) put(storage, key);
  return storage;
}

function put(storage: MemoryStorage, key: string): void {
  storage.put(Buffer.from(key), 0, key.length, emptyRecordView());
}

/** All pages of a window, and where the last one ended. */
function read(window: KeyWindow, storage: MemoryStorage): { keys: string[]; covered: number } {
  const keys: string[] = [];
  let covered = window.from - 1;
  while (covered < window.to) {
    const page = window.page({ ...wide, from: covered + 1 }, storage, undefined);
    if (page === patternTooCostly) throw new Error('no pattern, no cost');
    expect(page.covered).toBeGreaterThan(covered);
    keys.push(...page.entries.map(({ key }) => key.toString()));
    covered = page.covered;
  }
  return { keys, covered };
}

const key = fc.tuple(fc.nat(30), fc.constantFrom('a', 'b', 'c')).map(([point, name]) => `${point}${name}`);

describe('a window', () => {
  it('tells each key that it covers once, in order, with those added and without those removed', () => {
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 40 }),
        fc.array(key, { maxLength: 10 }),
        fc.array(key, { maxLength: 10 }),
        fc.nat(20),
        (first, added, removed, from) => {
          const window = new KeyWindow(from, 1000, limits);
          // A key may be offered twice.
          for (const name of [...first, ...first.slice(0, 3)]) window.offer(pointOf(name), Buffer.from(name));
          window.settle();
          const storage = storageOf(first);
          const there = new Set(first);
          for (const name of added) {
            if (there.has(name)) continue;
            put(storage, name);
            there.add(name);
            window.add(pointOf(name), Buffer.from(name));
          }
          for (const name of removed) {
            if (there.delete(name)) storage.delete(Buffer.from(name), 0, name.length);
          }
          const { keys, covered } = read(window, storage);
          expect([...keys].sort()).toEqual(
            [...there].filter((name) => pointOf(name) >= from && pointOf(name) <= covered).sort(),
          );
          expect(keys.map(pointOf)).toEqual(keys.map(pointOf).sort((a, b) => a - b));
        },
      ),
    );
  });

  it('covers less rather than hold more, and never parts the keys of one point', () => {
    const window = new KeyWindow(0, 1000, limits);
    const names = Array.from({ length: 20 }, (_, i) => `${Math.floor(i / 3)}${'abc'[i % 3]}`);
    for (const name of names) window.offer(pointOf(name), Buffer.from(name));
    window.settle();
    expect(window.to).toBe(1);
    expect(read(window, storageOf(names)).keys).toEqual(names.slice(0, 6));
  });
});
