import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GlobPattern, match, noMatch, tooCostly } from './glob-pattern.js';

function isMatch(pattern: string, key: string): boolean {
  const found = new GlobPattern(Buffer.from(pattern, 'latin1')).matches(Buffer.from(key, 'latin1'));
  expect(found).not.toBe(tooCostly);
  return found === match;
}

/** The meaning of stars and question marks, as plainly as can be. */
function plainMatch(pattern: string, key: string): boolean {
  if (pattern === '') return key === '';
  if (pattern[0] === '*')
    return plainMatch(pattern.slice(1), key) || (key !== '' && plainMatch(pattern, key.slice(1)));
  return (
    key !== '' && (pattern[0] === '?' || pattern[0] === key[0]) && plainMatch(pattern.slice(1), key.slice(1))
  );
}

describe('a glob pattern', () => {
  it.each([
    ['h?llo', 'hello', true],
    ['h?llo', 'hllo', false],
    ['h*llo', 'heeeello', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hello', false],
    ['h[^e]llo', 'hallo', true],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['h\\[llo', 'h[llo', true],
    ['h[\\]]llo', 'h]llo', true],
    ['a[bc', 'ab', true],
    ['a[', 'a[', false],
    ['a[a-]b', 'a]', true],
    ['[^]x', 'ax', true],
    ['[a-\xff]', '\x10', true],
    ['[a-\xff]', 'z', false],
    ['a\\', 'a\\', true],
    ['*', '', false],
    ['', '', true],
    ['a**', 'a', true],
  ])('%j matches %j: %s, as in Redis', (pattern, key, expected) => {
    expect(isMatch(pattern, key)).toBe(expected);
  });

  it('takes stars anywhere, as their meaning says', () => {
    const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 9 });
    fc.assert(
      fc.property(text('ab*?'), text('ab'), (pattern, key) => {
        fc.pre(key !== '');
        expect(isMatch(pattern, key)).toBe(plainMatch(pattern, key));
      }),
      { numRuns: 3000 },
    );
  });

  it('never fails, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), (pattern, key) => {
        new GlobPattern(Buffer.from(pattern)).matches(Buffer.from(key));
      }),
    );
  });

  it('needs few steps for the patterns that need many in a recursive matcher', () => {
    const pattern = new GlobPattern(Buffer.from(`${'a*'.repeat(2000)}b`));
    expect(pattern.matches(Buffer.from('a'.repeat(10_000)))).toBe(noMatch);
    expect(pattern.steps).toBeLessThan(50_000);
  });

  it('gives up at its limit of steps and says so', () => {
    const pattern = new GlobPattern(Buffer.from(`*${'a'.repeat(2000)}b`), 100_000);
    expect(pattern.matches(Buffer.from('a'.repeat(60_000)))).toBe(tooCostly);
    expect(pattern.steps).toBe(100_001);
  });
});
