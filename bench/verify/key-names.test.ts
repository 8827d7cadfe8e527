import { expect, test } from 'vitest';
import { hashKey } from './hash-key.js';
import { KeyNames } from './key-names.js';

test('keys of bytes get numbers that integers can hold, and neighbours other ones', () => {
  const numbers = new Set<number>();
  for (let i = 0; i < 100_000; i++) {
    const key = Buffer.from(`user${i}`);
    const number = hashKey(key, 0, key.length);
    expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
    numbers.add(number);
  }
  expect(numbers.size).toBe(100_000);
  const [key, longer] = [Buffer.from('ab'), Buffer.from('xab\0')];
  expect(hashKey(key, 0, 2)).toBe(hashKey(longer, 1, 3));
  expect(hashKey(key, 0, 2)).not.toBe(hashKey(longer, 1, 4));
  expect(hashKey(key, 0, 0)).not.toBe(hashKey(Buffer.alloc(1), 0, 1));
});

test('names are kept as long as their keys, and two keys with one number are noticed', () => {
  const names = new KeyNames();
  const first = Buffer.from('first');
  names.note(1, first);
  names.note(1, Buffer.from('first'));
  names.note(2, Buffer.from('second'));
  first.fill(0);
  expect(names.nameOf(1)!.toString()).toBe('first');
  expect(names.mixed.size).toBe(0);
  names.note(2, Buffer.from('another'));
  expect([...names.mixed]).toEqual([2]);
  names.keepOnly((number) => number === 2);
  expect(names.nameOf(1)).toBeUndefined();
});
