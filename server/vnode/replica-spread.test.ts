import { describe, expect, it } from 'vitest';
import { KeyPlacement } from '../ring/index.js';
import { emptyRecordView, MemoryStorage } from '../storage/index.js';
import { ReplicaSpread } from './replica-spread.js';
import { VnodeTable } from './vnode-table.js';

const ringSize = 16;
const keys = Array.from({ length: 200 }, (_, i) => Buffer.from(`k${i}`));

/** A node that has written keys 0 to 199, each to the vnodes that `copies` names. */
function node(copies: number, recordsPerStep: number) {
  const placement = new KeyPlacement(ringSize);
  const vnodes = new VnodeTable(placement, () => new MemoryStorage());
  const done: number[] = [];
  const spread = new ReplicaSpread({
    vnodes,
    placement,
    copies,
    recordsPerStep,
    onDone: (copied) => done.push(copied),
  });
  const put = (key: Buffer, position: number, time: number) => {
    const version = Buffer.alloc(16);
    version.writeUInt32BE(time, 4);
    const value = Buffer.from(`${key}@${time}`);
    const record = {
      ...emptyRecordView(),
      version,
      value,
      valueEnd: value.length,
      tombstone: time % 2 === 1,
    };
    vnodes.at(position % ringSize).apply(key, 0, key.length, record);
  };
  const first = (key: Buffer) => placement.position(key, 0, key.length);
  keys.forEach((key, i) => {
    for (let copy = 0; copy < copies; copy++) put(key, first(key) + copy, 2 + i);
  });
  /** Positions behind the first one at which a key is, and the time of its record there. */
  const copiesOf = (key: Buffer) =>
    Array.from({ length: ringSize }, (_, distance) => {
      const record = emptyRecordView();
      const { storage } = vnodes.at((first(key) + distance) % ringSize);
      if (!storage.get(key, 0, key.length, record)) return [];
      return [[distance, record.version.readUInt32BE(record.versionOffset + 4), record.tombstone]];
    }).flat();
  return { vnodes, spread, put, first, copiesOf, done };
}

describe('a cluster that grows', () => {
  it('gives each record its further copies, tombstones too, a few at a time', () => {
    for (const recordsPerStep of [1, 7, 10_000]) {
      const { spread, copiesOf, done, vnodes } = node(1, recordsPerStep);
      spread.want(3);
      for (let step = 0; spread.isBusy; step++) {
        expect(step).toBeLessThan(1000);
        spread.step();
      }
      keys.forEach((key, i) => {
        const record = [2 + i, i % 2 === 1];
        expect(copiesOf(key)).toEqual([0, 1, 2].map((distance) => [distance, ...record]));
      });
      expect(done).toEqual([400]);
      expect(spread.copies).toBe(3);
      // Whoever owns them must be given them.
      expect(vnodes.running().every(({ hasHints }) => hasHints)).toBe(true);
    }
  });

  it('makes only the copies that are missing, and never replaces a newer record', () => {
    const { spread, put, first, copiesOf } = node(2, 100);
    const [key, other] = [keys[0]!, keys[1]!];
    put(key, first(key) + 2, 1000);
    // A leftover of a larger cluster is no source of copies.
    put(other, first(other) + 5, 1000);
    spread.want(3);
    while (spread.isBusy) spread.step();
    expect(copiesOf(key)).toEqual([
      [0, 2, false],
      [1, 2, false],
      [2, 1000, false],
    ]);
    expect(copiesOf(other).map(([distance]) => distance)).toEqual([0, 1, 2, 5]);
  });

  it('begins anew when it has shrunk in between', () => {
    const { spread, copiesOf } = node(1, 1);
    spread.want(3);
    spread.want(1);
    expect(spread.isBusy).toBe(false);
    spread.want(2);
    while (spread.isBusy) spread.step();
    for (const key of keys)
      expect(
        copiesOf(key)
          .map(([distance]) => distance)
          .slice(0, 2),
      ).toEqual([0, 1]);
  });
});
