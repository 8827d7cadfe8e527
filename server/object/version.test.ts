import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, formatVersion, versionBytes, versionMs } from './version.js';

describe('version', () => {
  it('orders by time, then counter, then node, then incarnation', () => {
    const ascending = [
      version(1, 0, 0, 0),
      version(1, 0, 0, 1),
      version(1, 0, 1, 0),
      version(1, 1, 0, 0),
      version(2, 0, 0, 0),
      version(2 ** 47, 0, 0, 0),
    ];
    for (let i = 0; i < ascending.length; i++) {
      for (let j = 0; j < ascending.length; j++) {
        expect(Math.sign(compareVersions(ascending[i]!, 0, ascending[j]!, 0))).toBe(Math.sign(i - j));
      }
    }
  });

  it('compares as its bytes do, wherever they are', () => {
    const bytes = fc.uint8Array({ minLength: versionBytes, maxLength: versionBytes });
    fc.assert(
      fc.property(bytes, bytes, fc.nat(9), (a, b, offset) => {
        const shifted = Buffer.concat([Buffer.alloc(offset, 255), b]);
        expect(Math.sign(compareVersions(Buffer.from(a), 0, shifted, offset))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  it('prints all of its parts', () => {
    const buffer = Buffer.concat([Buffer.from('..'), version(1_764_000_000_123, 5, 0xabc, 7)]);
    expect(formatVersion(buffer, 2)).toBe('1764000000123.5@00000abc#7');
    expect(versionMs(buffer, 2)).toBe(1_764_000_000_123);
  });
});

function version(ms: number, counter: number, nodeId: number, incarnation: number): Buffer {
  const buffer = Buffer.alloc(versionBytes);
  buffer.writeUIntBE(ms, 0, 6);
  buffer.writeUInt16BE(counter, 6);
  buffer.writeUInt32BE(nodeId, 8);
  buffer.writeUInt32BE(incarnation, 12);
  return buffer;
}
