import { describe, expect, it } from 'vitest';
import { OwnedKey, ownedValue } from './owned-key.js';

describe('a key with one writer', () => {
  it('must not go back behind what was acknowledged', () => {
    const key = new OwnedKey('k');
    expect(key.finalMistake(null)).toBeUndefined();
    key.issue(false);
    key.acknowledge(key.issue(false));
    key.issue(false);
    expect([1, 2, 3].map((number) => key.finalMistake(ownedValue('k', number)))).toEqual([
      'k has gone back to write 1: write 2 was acknowledged',
      undefined,
      undefined,
    ]);
    expect(key.finalMistake(null)).toBe('k is lost: put 2 was acknowledged');
  });

  it('may be missing where it was deleted, then or later, and not come back', () => {
    const key = new OwnedKey('k');
    key.acknowledge(key.issue(false));
    const uncertain = key.issue(true);
    expect(key.finalMistake(null)).toBeUndefined();
    expect(key.finalMistake(ownedValue('k', 1))).toBeUndefined();
    key.acknowledge(uncertain);
    expect(key.finalMistake(ownedValue('k', 1))).toBe('k is back with write 1: delete 2 was acknowledged');
    key.acknowledge(key.issue(false));
    expect(key.finalMistake(null)).toBe('k is lost: put 3 was acknowledged');
  });

  it('shows nothing of which it was said that it was not done', () => {
    const key = new OwnedKey('k');
    key.acknowledge(key.issue(false));
    key.refuse(key.issue(false));
    key.refuse(key.issue(true));
    expect(key.readMistake(ownedValue('k', 2))).toContain('nothing was done');
    expect(key.finalMistake(null)).toBe('k is lost: put 1 was acknowledged');
    expect(key.finalMistake(ownedValue('k', 1))).toBeUndefined();
  });

  it('shows only what was written, whole', () => {
    const key = new OwnedKey('key');
    key.issue(false);
    expect(key.readMistake(ownedValue('key', 1))).toBeUndefined();
    expect(key.readMistake(ownedValue('key', 2))).toBe('key shows write 2 of 1');
    expect(key.readMistake(ownedValue('yek', 1))).toContain('nobody wrote');
    expect(key.readMistake(ownedValue('key', 1).subarray(0, -1))).toContain('nobody wrote');
  });
});
