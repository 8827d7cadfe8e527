import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeDecimal } from './index.js';

describe('writeDecimal', () => {
  test('writes what String would', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })), (value) => {
        const buffer = Buffer.alloc(24, 'x');
        const end = writeDecimal(buffer, 3, value);
        expect(buffer.toString('latin1', 3, end)).toBe(String(value));
        expect(buffer.toString('latin1', 0, 3)).toBe('xxx');
        expect(buffer[end]).toBe(0x78);
      }),
    );
  });
});
