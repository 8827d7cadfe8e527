import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyRange, rangeOf } from '../byte-range.js';
import { RequestBytes } from './request-bytes.js';

it('gives back what it kept, until that was written over, and never anything else', () => {
  const lengths = fc.tuple(fc.nat(60), fc.nat(9000));
  fc.assert(
    fc.property(fc.array(lengths, { minLength: 1, maxLength: 200 }), (drawn) => {
      const bytes = new RequestBytes(128 * 1024);
      const kept: { at: number; key: Buffer; value: Buffer }[] = [];
      drawn.forEach(([keyBytes, valueBytes], i) => {
        const [key, value] = [Buffer.alloc(keyBytes, i), Buffer.alloc(valueBytes, i + 1)];
        kept.push({ at: bytes.keep(rangeOf(key), value, 0, value.length), key, value });
      });
      const range = emptyRange();
      for (const { at, key, value } of kept) {
        if (!bytes.view(at, 0, key.length, range)) continue;
        expect(range.bytes.subarray(range.start, range.end).equals(key)).toBe(true);
        expect(bytes.view(at, key.length, value.length, range)).toBe(true);
        expect(range.bytes.subarray(range.start, range.end).equals(value)).toBe(true);
      }
      const last = kept.at(-1)!;
      expect(bytes.view(last.at, 0, 0, range)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('does not keep what is longer than an eighth of it', () => {
  const bytes = new RequestBytes(1024);
  expect(bytes.keep(rangeOf(Buffer.alloc(100)), Buffer.alloc(29), 0, 29)).toBe(-1);
  expect(bytes.view(-1, 0, 0, emptyRange())).toBe(false);
  expect(bytes.keep(rangeOf(Buffer.alloc(100)), Buffer.alloc(28), 0, 28)).toBe(0);
});
