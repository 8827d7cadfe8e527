/**
 * What every storage engine must do, as a suite: call `storageConformance` in the engine's test. The oracle is
 * a Map of strings, as plain as can be.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { applyNewer } from './apply-newer.js';
import { emptyRecordView, type RecordView, type Storage } from './storage.js';

/** What a record is, by value: version, tombstone and value as one line. */
type Line = string;

/** Runs the suite; `createStorage` gives a new, empty storage each time. The suite disposes of it. */
export function storageConformance(name: string, createStorage: () => Storage): void {
  describe(name, () => {
    const open: Storage[] = [];
    const create = (): Storage => {
      const storage = createStorage();
      open.push(storage);
      return storage;
    };
    afterEach(() => {
      for (const storage of open.splice(0)) storage.dispose();
    });
    singleRecords(create);
    manyRecords(create);
    lastWriterWins(create);
  });
}

function singleRecords(create: () => Storage): void {
  it('is empty at first', () => {
    const storage = create();
    expect(storage.isEmpty()).toBe(true);
    expect([storage.count, storage.liveCount]).toEqual([0, 0]);
    expect(read(storage, 'k')).toBeUndefined();
    expect(storage.reduce((sum) => sum + 1, 0)).toBe(0);
  });

  it('gives back version, flag and value of a record, and no longer knows what was there before', () => {
    const storage = create();
    write(storage, 'k', record(7, 'first'));
    write(storage, 'k', record(3, 'second'));
    expect(read(storage, 'k')).toBe(line(record(3, 'second')));
    expect([storage.isEmpty(), storage.count, storage.liveCount]).toEqual([false, 1, 1]);
  });

  it('takes a key and a record from anywhere in larger buffers, and copies them', () => {
    const storage = create();
    const buffer = Buffer.from('..key..vvvvvvvvvvvvvvvv..value..');
    const view = {
      version: buffer,
      versionOffset: 7,
      tombstone: false,
      value: buffer,
      valueStart: 25,
      valueEnd: 30,
      expiresMs: 0,
    };
    storage.put(buffer, 2, 5, view);
    buffer.fill('x');
    expect(read(storage, 'key')).toBe(
      `${Buffer.from('vvvvvvvvvvvvvvvv').toString('hex')} live ${hex('value')}`,
    );
  });

  it('keeps empty keys and empty values', () => {
    const storage = create();
    write(storage, '', record(1, ''));
    expect(read(storage, '')).toBe(line(record(1, '')));
  });

  it('tells keys apart by every byte and by length', () => {
    const storage = create();
    const keys = ['a', 'a\0', 'a\0\0', '\0a', 'ab', 'ba', 'abcd', 'abce', 'abcde'];
    keys.forEach((key, i) => {
      write(storage, key, record(i, key));
    });
    expect(keys.map((key) => read(storage, key))).toEqual(keys.map((key, i) => line(record(i, key))));
  });

  it('counts tombstones as records that are not live', () => {
    const storage = create();
    write(storage, 'k', record(1, 'value'));
    write(storage, 'k', record(2, '', true));
    write(storage, 'gone', record(2, '', true));
    expect([storage.count, storage.liveCount, storage.isEmpty()]).toEqual([2, 0, false]);
    write(storage, 'k', record(3, 'again'));
    expect([storage.count, storage.liveCount]).toEqual([2, 1]);
  });

  it('deletes a record physically, once', () => {
    const storage = create();
    write(storage, 'k', record(1, 'value'));
    expect(remove(storage, 'k')).toBe(true);
    expect(remove(storage, 'k')).toBe(false);
    expect(read(storage, 'k')).toBeUndefined();
    expect([storage.isEmpty(), storage.liveCount]).toEqual([true, 0]);
    write(storage, 'k', record(2, 'back'));
    expect(read(storage, 'k')).toBe(line(record(2, 'back')));
  });

  it('keeps a value of every size while it grows and shrinks', () => {
    const storage = create();
    for (const size of [0, 1, 15, 16, 17, 100, 4096, 65_535, 65_536, 100_000, 1_000_000, 70_000, 50, 0]) {
      const view = record(size, 'v'.repeat(size));
      write(storage, 'k', view);
      expect(read(storage, 'k')).toBe(line(view));
    }
  });

  it('stores a record that is a view of its own memory', () => {
    const storage = create();
    write(storage, 'source', record(5, 'value'.repeat(50)));
    const view = emptyRecordView();
    for (const target of ['copy', 'source']) {
      storage.get(Buffer.from('source'), 0, 6, view);
      storage.put(Buffer.from(target), 0, target.length, view);
    }
    storage.get(Buffer.from('source'), 0, 6, view);
    view.valueEnd -= 200;
    storage.put(Buffer.from('source'), 0, 6, view);
    expect(read(storage, 'copy')).toBe(line(record(5, 'value'.repeat(50))));
    expect(read(storage, 'source')).toBe(line(record(5, 'value'.repeat(10))));
  });

  it('gives back when a record ends, through every change of that', () => {
    const storage = create();
    const times = [0, 1, 2 ** 31, 1_764_000_000_000, 2 ** 53 - 1, 0, 5, 5, 0];
    times.forEach((expiresMs, i) => {
      const view = record(i, 'value'.repeat(i), false, expiresMs);
      write(storage, 'k', view);
      expect(read(storage, 'k')).toBe(line(view));
    });
    expect([storage.count, storage.liveCount]).toEqual([1, 1]);
  });

  it('gives a record another end that is a view of its own memory', () => {
    const storage = create();
    for (const size of [1, 70, 500, 70_000]) {
      const value = Buffer.from(Array.from({ length: size }, (_, i) => 97 + (i % 26))).toString();
      write(storage, 'k', record(5, value));
      for (const expiresMs of [1000, 2000, 0, 3000]) {
        const view = emptyRecordView();
        storage.get(Buffer.from('k'), 0, 1, view);
        storage.put(Buffer.from('k'), 0, 1, { ...view, expiresMs });
        expect(read(storage, 'k')).toBe(line(record(5, value, false, expiresMs)));
      }
    }
  });

  it('keeps long keys with and without an end apart', () => {
    const storage = create();
    const long = 'k'.repeat(3000);
    write(storage, `${long}1`, record(1, 'one', false, 77));
    write(storage, `${long}2`, record(2, 'two'));
    expect(contents(storage)).toEqual([
      `${long}1 ${line(record(1, 'one', false, 77))}`,
      `${long}2 ${line(record(2, 'two'))}`,
    ]);
  });

  it('calls back from a sync without an error', async () => {
    const storage = create();
    write(storage, 'k', record(1, 'value'));
    await new Promise<void>((resolve, reject) => {
      storage.sync((error) => (error === undefined ? resolve() : reject(error)));
    });
  });
}

function manyRecords(create: () => Storage): void {
  it('visits each of many records once', () => {
    const storage = create();
    const expected: string[] = [];
    for (let i = 0; i < 5000; i++) {
      write(storage, `key${i}`, record(i, `value${i}`, i % 7 === 0));
      expected.push(`key${i} ${line(record(i, `value${i}`, i % 7 === 0))}`);
    }
    expect(contents(storage)).toEqual(expected.sort());
    expect([storage.count, storage.liveCount]).toEqual([5000, 4285]);
  });

  it('scans in an order that can be gone on in after any key, and says of any two which comes first', () => {
    const storage = create();
    for (let i = 0; i < 300; i++) write(storage, `k${i}`, record(i, 'v'));
    const order: Buffer[] = [];
    let hasMore = true;
    while (hasMore)
      hasMore = storage.scan(order.at(-1), 7, (key) => {
        order.push(Buffer.from(key));
      });
    expect(new Set(order.map(String)).size).toBe(300);
    expect(order).toHaveLength(300);
    for (const [at, key] of order.entries())
      for (const step of [1, 2, 50]) {
        const other = order[at + step];
        if (other === undefined) continue;
        expect(storage.follows(key, other, 0, other.length)).toBe(true);
        expect(storage.follows(other, key, 0, key.length)).toBe(false);
      }
    expect(storage.follows(order[5]!, order[5]!, 0, order[5]!.length)).toBe(false);
  });

  it('counts bytes that follow the records up and down', () => {
    const storage = create();
    const before = storage.bytesUsed;
    for (let i = 0; i < 1000; i++) write(storage, `key${i}`, record(i, 'v'.repeat(100)));
    expect(storage.bytesUsed - before).toBeGreaterThan(100 * 1000);
    for (let i = 0; i < 1000; i++) remove(storage, `key${i}`);
    expect(storage.bytesUsed).toBeLessThan(before + 1000);
  });

  it('does what a map does, whatever the order of puts, deletes and gets', () => {
    const size = fc.oneof({ weight: 8, arbitrary: fc.nat(200) }, fc.nat(5000), fc.nat(100_000));
    const key = fc.oneof(
      { weight: 8, arbitrary: fc.nat(60).map((i) => `key${i}`) },
      fc.string({ maxLength: 200, unit: 'binary-ascii' }),
    );
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.constant('put' as const), key, size, fc.boolean()) },
      {
        weight: 2,
        arbitrary: fc.tuple(fc.constant('delete' as const), key, fc.constant(0), fc.constant(false)),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constant('get' as const), key, fc.constant(0), fc.constant(false)),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        const storage = create();
        const oracle = new Map<string, Line>();
        steps.forEach(([kind, key, valueBytes, tombstone], i) => {
          if (kind === 'put') {
            const value = String.fromCharCode(97 + (i % 26)).repeat(valueBytes);
            const view = record(i, value, tombstone, i % 3 === 0 ? i * 1e9 : 0);
            write(storage, key, view);
            oracle.set(key, line(view));
          } else if (kind === 'delete') {
            expect(remove(storage, key)).toBe(oracle.delete(key));
          } else {
            expect(read(storage, key)).toBe(oracle.get(key));
          }
        });
        expect(contents(storage)).toEqual([...oracle].map(([key, value]) => `${key} ${value}`).sort());
        expect(storage.count).toBe(oracle.size);
        expect(storage.liveCount).toBe([...oracle.values()].filter((value) => value.includes('live')).length);
        for (const key of [...oracle.keys()]) expect(read(storage, key)).toBe(oracle.get(key));
        storage.dispose();
      }),
      { numRuns: 60 },
    );
  });
}

function lastWriterWins(create: () => Storage): void {
  it('takes a record if it is new or newer, and says whether it did', () => {
    const storage = create();
    expect(apply(storage, 'k', record(5, 'five'))).toBe(true);
    expect(apply(storage, 'k', record(4, 'four'))).toBe(false);
    expect(apply(storage, 'k', record(5, 'five'))).toBe(false);
    expect(apply(storage, 'k', record(6, '', true))).toBe(true);
    expect(apply(storage, 'k', record(5, 'five'))).toBe(false);
    expect(read(storage, 'k')).toBe(line(record(6, '', true)));
  });

  it('ends with the same records whatever the order in which they come, and however often', () => {
    const write = fc.tuple(fc.nat(5), fc.nat(300), fc.nat(3000));
    fc.assert(
      fc.property(
        fc.array(write, { maxLength: 60 }).chain((writes) => {
          const again = fc.shuffledSubarray([...writes, ...writes], { minLength: writes.length * 2 });
          return fc.tuple(fc.constant(writes), again);
        }),
        ([writes, again]) => {
          const [one, other] = [create(), create()];
          // A version is never issued twice, so what a version holds follows from the version.
          const view = (version: number) =>
            record(version, 'v'.repeat((version * 37) % 3000), version % 5 === 0, (version % 4) * 1e6);
          for (const [key, version] of writes) apply(one, `key${key}`, view(version));
          for (const [key, version] of again) apply(other, `key${key}`, view(version));
          expect(contents(one)).toEqual(contents(other));
          one.dispose();
          other.dispose();
        },
      ),
    );
  });
}

function record(version: number, value: string, tombstone = false, expiresMs = 0): RecordView {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(version, 4);
  const stored = Buffer.from(value);
  return {
    version: bytes,
    versionOffset: 0,
    tombstone,
    value: stored,
    valueStart: 0,
    valueEnd: stored.length,
    expiresMs,
  };
}

function write(storage: Storage, key: string, view: RecordView): void {
  const bytes = Buffer.from(key);
  storage.put(bytes, 0, bytes.length, view);
}

function apply(storage: Storage, key: string, view: RecordView): boolean {
  const bytes = Buffer.from(key);
  return applyNewer(storage, bytes, 0, bytes.length, view);
}

function remove(storage: Storage, key: string): boolean {
  const bytes = Buffer.from(key);
  return storage.delete(bytes, 0, bytes.length);
}

function read(storage: Storage, key: string): Line | undefined {
  const bytes = Buffer.from(key);
  const view = emptyRecordView();
  return storage.get(bytes, 0, bytes.length, view) ? line(view) : undefined;
}

function contents(storage: Storage): string[] {
  const visit = (lines: string[], key: Buffer, view: RecordView) => {
    lines.push(`${key.toString()} ${line(view)}`);
    return lines;
  };
  return storage.reduce(visit, [] as string[]).sort();
}

function line(view: RecordView): Line {
  const version = view.version.toString('hex', view.versionOffset, view.versionOffset + 16);
  const value = view.value.toString('hex', view.valueStart, view.valueEnd);
  const end = view.expiresMs === 0 ? '' : ` until ${view.expiresMs}`;
  return `${version} ${view.tombstone ? 'tombstone' : 'live'} ${value}${end}`;
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}
