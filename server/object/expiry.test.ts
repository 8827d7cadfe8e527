import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expiryBytes, expiryMsMax, isExpired, neverExpires, readExpiry, writeExpiry } from './expiry.js';

it('an expiry comes back as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: expiryMsMax }), fc.nat(9), (expiresMs, at) => {
      const bytes = Buffer.alloc(at + expiryBytes);
      expect(writeExpiry(bytes, at, expiresMs)).toBe(at + expiryBytes);
      expect(readExpiry(bytes, at)).toBe(expiresMs);
    }),
  );
});

it('a value ends with the millisecond that it names, and not without one', () => {
  expect([999, 1000, 1001].map((nowMs) => isExpired(1000, nowMs))).toEqual([false, true, true]);
  expect(isExpired(neverExpires, expiryMsMax)).toBe(false);
});
