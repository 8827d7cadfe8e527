import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storageConformance } from './conformance.js';
import { hashKey } from './key-hash.js';
import { MemoryStorage } from './memory-storage.js';
import { emptyRecordView, type RecordView } from './storage.js';

storageConformance('memory storage', () => new MemoryStorage());
storageConformance('memory storage with tiny segments', () => {
  return new MemoryStorage({ segmentSlotsMax: 16, hashSeed: { low: 123, high: 456 } });
});

describe('memory storage and its memory', () => {
  it('tells apart keys that share a hash', () => {
    const storage = new MemoryStorage();
    const pairs = collidingPairs(8);
    const keys = pairs.flat();
    for (const key of keys) storage.put(key, 0, key.length, view(key));
    expect(storage.count).toBe(keys.length);
    const removed = pairs.map(([first]) => first);
    for (const key of removed) expect(storage.delete(key, 0, key.length)).toBe(true);
    for (const [first, second] of pairs) {
      expect(readValue(storage, first)).toBeUndefined();
      expect(readValue(storage, second)).toBe(second.toString());
    }
  });

  it('visits every record once and in one order, however many a scan takes at a time, keys with equal hashes too', () => {
    const storage = new MemoryStorage();
    const keys = [
      ...Array.from({ length: 6000 }, (_, i) => Buffer.from(`k${i}`)),
      ...collidingPairs(8).flat(),
    ];
    for (const key of keys) storage.put(key, 0, key.length, view(key));
    const walks = [1, 7, 300, 5000, 100_000].map((limit) => walk(storage, limit));
    expect(new Set(walks[0])).toEqual(new Set(keys.map(String)));
    for (const visited of walks) expect(visited).toEqual(walks[0]);
    expect(walks[0]).toHaveLength(keys.length);
  });

  it('costs a node little for a partition that is empty', () => {
    const storage = new MemoryStorage();
    expect(storage.bytesReserved).toBeLessThan(1024);
  });

  it('gives memory back to what is written next, however sizes change', () => {
    const storage = new MemoryStorage();
    const sizes = fc.sample(fc.nat(3000), { numRuns: 20_000, seed: 1 });
    sizes.forEach((bytes, i) => {
      const key = Buffer.from(`key${i % 500}`);
      storage.put(key, 0, key.length, view(Buffer.alloc(bytes)));
    });
    expect(storage.bytesReserved).toBeLessThan(storage.bytesUsed * 1.5);
  });

  it('gives everything back when the last record is deleted', () => {
    const storage = new MemoryStorage();
    const keys = Array.from({ length: 2000 }, (_, i) => Buffer.from(`key${i}`));
    for (const key of keys) storage.put(key, 0, key.length, view(Buffer.alloc(1000)));
    for (const key of keys) storage.delete(key, 0, key.length);
    expect(storage.bytesReserved).toBeLessThan(1024);
  });

  it('frees a large value when a tombstone takes its place', () => {
    const storage = new MemoryStorage();
    const key = Buffer.from('key');
    storage.put(key, 0, 3, view(Buffer.alloc(1_000_000)));
    storage.put(key, 0, 3, { ...view(Buffer.alloc(0)), tombstone: true });
    expect(storage.bytesReserved).toBeLessThan(10_000);
  });

  it('refuses a change by a visitor', () => {
    const storage = new MemoryStorage();
    const key = Buffer.from('key');
    storage.put(key, 0, 3, view(key));
    const change = () => storage.reduce(() => storage.delete(key, 0, 3), false);
    expect(change).toThrow('a visitor must not change the storage');
    const visitTwice = () => storage.reduce(() => storage.reduce(() => true, false) && change(), false);
    expect(visitTwice).toThrow('a visitor must not change the storage');
    expect(storage.delete(key, 0, 3)).toBe(true);
  });

  it('finds the right record when a put names a key at the place of the one just found', () => {
    const storage = new MemoryStorage();
    const buffer = Buffer.from('aaaa');
    storage.put(buffer, 0, 4, view(Buffer.from('first')));
    storage.get(buffer, 0, 4, emptyRecordView());
    buffer.write('bbbb');
    storage.put(buffer, 0, 4, view(Buffer.from('second')));
    expect(readValue(storage, Buffer.from('aaaa'))).toBe('first');
    expect(readValue(storage, Buffer.from('bbbb'))).toBe('second');
  });
});

describe('the hash of a key', () => {
  it('is HalfSipHash-1-3, with the vectors that Linux tests its own with', () => {
    const message = Buffer.from(Array.from({ length: 8 }, (_, i) => i));
    const hashes = Array.from(
      { length: 8 },
      (_, length) => hashKey(message, 0, length, 0x03020100, 0x07060504) >>> 0,
    );
    expect(hashes).toEqual([
      0x5814c896, 0xe7e864ca, 0xbc4b0e30, 0x01539939, 0x7e059ea6, 0x88e3d89b, 0xa0080b65, 0x9d38d9d6,
    ]);
  });
});

/** Pairs of keys of the same 32-bit hash under the default seed, found by looking at many. */
function collidingPairs(count: number): [Buffer, Buffer][] {
  const seen = new Map<number, Buffer>();
  const pairs: [Buffer, Buffer][] = [];
  for (let i = 0; pairs.length < count; i++) {
    const key = Buffer.from(`key${i}`);
    const hash = hashKey(key, 0, key.length, 0, 0);
    const other = seen.get(hash);
    if (other === undefined) seen.set(hash, key);
    else pairs.push([other, key]);
  }
  return pairs;
}

function view(value: Buffer): RecordView {
  return { ...emptyRecordView(), value, valueStart: 0, valueEnd: value.length };
}

function readValue(storage: MemoryStorage, key: Buffer): string | undefined {
  const out = emptyRecordView();
  return storage.get(key, 0, key.length, out)
    ? out.value.toString('utf8', out.valueStart, out.valueEnd)
    : undefined;
}

/** The keys that scans of so many records visit, one after the other. */
function walk(storage: MemoryStorage, limit: number): string[] {
  const visited: string[] = [];
  let after: Buffer | undefined;
  for (let hasMore = true; hasMore; ) {
    hasMore = storage.scan(after, limit, (key) => visited.push(key.toString()));
    const last = visited.at(-1);
    after = last === undefined ? undefined : Buffer.from(last);
  }
  return visited;
}
