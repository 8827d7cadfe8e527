import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyPlacement } from './key-placement.js';
import { partitionName } from './partition.js';

interface Vector {
  bucket: string;
  keyHex: string;
  ringSize: number;
  sha1Hex: string;
  partition: string;
  preflist3: string[];
}

/** Computed by Erlang itself, for keys of the bucket "rkv". */
const vectors = JSON.parse(
  readFileSync(new URL('./vectors/ring-placement.json', import.meta.url), 'utf8'),
) as Vector[];

describe('key placement', () => {
  it('places keys on the partitions where Erlang places them', () => {
    for (const { keyHex, ringSize, partition, preflist3 } of vectors) {
      const position = place(Buffer.from(keyHex, 'hex'), ringSize);
      expect(partitionName(position, ringSize)).toBe(partition);
      const successors = [0, 1, 2].map((step) => partitionName((position + step) % ringSize, ringSize));
      expect(successors).toEqual(preflist3);
    }
    expect(vectors.length).toBe(75);
  });

  it('gives each key the first 52 bits of its hash as its point, from which its partition follows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(8, 64, 1024), (array, ringSize) => {
        const key = Buffer.from(array);
        const lengths = Buffer.alloc(4);
        lengths.writeUInt32BE(key.length);
        const prefix = Buffer.from([131, 104, 2, 109, 0, 0, 0, 3, 0x72, 0x6b, 0x76, 109]);
        const digest = hash('sha1', Buffer.concat([prefix, lengths, key]), 'hex');
        const placement = new KeyPlacement(ringSize);
        const point = placement.point(key, 0, key.length);
        expect(point).toBe(Number.parseInt(digest.slice(0, 13), 16));
        const position = placement.position(key, 0, key.length);
        expect(placement.positionOfPoint(point)).toBe(position);
        const last = placement.lastPointOfPartition(point);
        expect(placement.positionOfPoint(last)).toBe(position);
        expect(placement.positionOfPoint((last + 1) % 2 ** 52)).toBe((position + 1) % ringSize);
      }),
    );
  });

  it('places the keys of the tutorial, on rings of 16 and 64', () => {
    const expected: [key: string | Buffer, on16: number, on64: number][] = [
      ['k1', 5, 17],
      ['k23', 10, 38],
      ['ping1', 2, 7],
      ['ping3', 13, 50],
      ['ping5', 8, 32],
      ['ping7', 1, 3],
      ['', 0, 61],
      [Buffer.from([0xc3, 0xa9]), 11, 41],
    ];
    for (const [key, on16, on64] of expected) {
      const bytes = Buffer.from(key as string);
      expect([key, place(bytes, 16), place(bytes, 64)]).toEqual([key, on16, on64]);
    }
    expect(partitionName(place(Buffer.from('ping1'), 64), 64)).toBe(
      '159851741583067506678528028578343455274867621888',
    );
  });

  it('spreads k1 to k300 over a ring of 16 as Riak Core Lite does', () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 1; i <= 300; i++) counts[place(Buffer.from(`k${i}`), 16)]!++;
    expect(counts).toEqual([23, 15, 20, 20, 18, 17, 24, 18, 15, 24, 23, 21, 11, 15, 14, 22]);
  });

  it('takes the next boundary strictly above the hash, for keys of any length', () => {
    const length = fc.oneof(fc.integer({ min: 30, max: 70 }), fc.nat(1000));
    const key = length.chain((bytes) => fc.uint8Array({ minLength: bytes, maxLength: bytes }));
    fc.assert(
      fc.property(key, fc.constantFrom(8, 16, 64, 1024), (bytes, ringSize) => {
        const encoded = Buffer.concat([
          Buffer.from('8368026d00000003726b766d', 'hex'),
          Buffer.from(bytes.length.toString(16).padStart(8, '0'), 'hex'),
          bytes,
        ]);
        const digest = BigInt(`0x${hash('sha1', encoded, 'hex')}`);
        const span = 2n ** 160n / BigInt(ringSize);
        expect(place(Buffer.from(bytes), ringSize)).toBe(Number(digest / span + 1n) % ringSize);
      }),
      { numRuns: 500 },
    );
  });

  it('reads a key from the middle of a buffer', () => {
    const buffer = Buffer.from('..ping1..');
    expect(new KeyPlacement(64).position(buffer, 2, 7)).toBe(7);
  });

  it('gives the same position again after a longer and a shorter key', () => {
    const placement = new KeyPlacement(1024);
    const keys = ['a', 'b'.repeat(39), '', 'c'.repeat(40), 'd'.repeat(20)].map((key) => Buffer.from(key));
    const first = keys.map((key) => placement.position(key, 0, key.length));
    const alone = keys.map((key) => place(key, 1024));
    expect(first).toEqual(alone);
  });
});

function place(key: Buffer, ringSize: number): number {
  return new KeyPlacement(ringSize).position(key, 0, key.length);
}
