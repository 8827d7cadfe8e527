/**
 * A disk for simulations: what was put is seen at once, and lost in a crash unless a sync has completed. Syncs
 * take time on a clock of the caller's, and one at a time: what is put meanwhile waits for the next, as in the
 * log of the durable engine. Of what was not synced a crash may keep any first part, since a log is a sequence.
 *
 * A disk outlives its node. After `crash`, storages of the former life are dead: the next node makes its own.
 */
import assert from 'node:assert/strict';
import { clockReservation } from '../node/index.js';
import {
  copyOfRecord,
  emptyRecordView,
  MemoryStorage,
  type NodeStore,
  type RecordView,
  type Storage,
  StorageError,
  type StoreDone,
} from '../storage/index.js';

export interface SimulatedDiskOptions {
  /** Runs something after so many simulated milliseconds. */
  later(ms: number, run: () => void): void;
  /** How long the next sync takes. */
  syncMs(): number;
}

/** A put, or without a record a physical delete. */
interface Operation {
  readonly position: number;
  readonly key: Buffer;
  readonly record: RecordView | undefined;
}

export class SimulatedDisk implements NodeStore {
  /** Syncs that have completed without an error. */
  syncs = 0;
  clockFloorMs = 0;
  clockCeilingMs = 0;
  ringEpoch = 0;
  /** While true, no put is taken. */
  isFull = false;
  readonly #options: SimulatedDiskOptions;
  readonly #durable = new Map<number, MemoryStorage>();
  #storages = new Map<number, UnsyncedStorage>();
  /** The oldest first. */
  #unsynced: Operation[] = [];
  /** Places of records that are damaged. */
  readonly #rotten = new Map<string, { position: number; key: Buffer }>();
  #waiting: StoreDone[] = [];
  #isSyncing = false;
  #life = 1;
  #failure: StorageError | undefined;

  constructor(options: SimulatedDiskOptions) {
    this.#options = options;
  }

  /** How often the disk has been taken into use: the incarnation of its node. */
  get life(): number {
    return this.#life;
  }

  /** Operations that a crash now may lose. */
  get unsyncedCount(): number {
    return this.#unsynced.length;
  }

  /** The storage of a partition in this life, with what is durable of it; the same one each time. */
  readonly createStorage = (position: number): Storage => {
    let storage = this.#storages.get(position);
    if (storage === undefined) {
      const seen = copyOf(this.#durable.get(position));
      // Damaged records are there, and cannot be read.
      for (const { position: at, key } of this.#rotten.values())
        if (at === position) seen.put(key, 0, key.length, emptyRecordView());
      storage = new UnsyncedStorage(seen, {
        changed: (key, record) => this.#changed({ position, key, record }),
        isRotten: (key) => this.#rotten.size > 0 && this.#rotten.has(placeOf(position, key)),
        sync: (done) => this.sync(done),
      });
      this.#storages.set(position, storage);
    }
    return storage;
  };

  /** Takes the disk into use for a node that begins now: its clock gets room as when a real store is opened. */
  begin(wallMs: number): void {
    this.clockFloorMs = this.clockCeilingMs;
    this.clockCeilingMs = clockReservation(Math.max(wallMs, this.clockFloorMs));
  }

  positions(): number[] {
    const damaged = [...this.#rotten.values()].map(({ position }) => position);
    const known = new Set([...this.#durable.keys(), ...this.#storages.keys(), ...damaged]);
    return [...known].filter((position) => !this.createStorage(position).isEmpty()).sort((a, b) => a - b);
  }

  sync(done: StoreDone): void {
    if (this.#failure !== undefined) done(this.#failure);
    else if (this.#unsynced.length === 0) done();
    else {
      this.#waiting.push(done);
      this.#startSync();
    }
  }

  setClusterId(_clusterId: string, done: StoreDone): void {
    this.ringEpoch = 0;
    done();
  }

  noteRingEpoch(epoch: number, done: StoreDone): void {
    this.ringEpoch = epoch;
    done();
  }

  reserveClock(ceilingMs: number, done: StoreDone): void {
    const life = this.#life;
    this.#options.later(this.#options.syncMs(), () => {
      if (life !== this.#life) return;
      if (this.#failure === undefined) this.clockCeilingMs = Math.max(this.clockCeilingMs, ceilingMs);
      done(this.#failure);
    });
  }

  /** What is on the disk, synced, by position. */
  get durable(): ReadonlyMap<number, Storage> {
    return this.#durable;
  }

  /** The disk is replaced by an empty one. */
  wipe(): void {
    this.crash();
    this.#durable.clear();
    this.#rotten.clear();
    this.clockFloorMs = 0;
    this.clockCeilingMs = 0;
  }

  /** A bit falls over in a record that is durable, the `index`th of all; false if there is none. */
  rot(index: number): boolean {
    const records: [number, Buffer][] = [];
    for (const [position, storage] of this.#durable)
      storage.reduce((count, key) => records.push([position, Buffer.from(key)]) + count, 0);
    if (records.length === 0) return false;
    const [position, key] = records[index % records.length]!;
    // Nobody finds the record any more; that there was one, the damage still says.
    this.#durable.get(position)!.delete(key, 0, key.length);
    this.#rotten.set(placeOf(position, key), { position, key });
    return true;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** From now on every sync fails, and nothing is taken any more, until the next crash. */
  fail(message: string): void {
    this.#failure = new StorageError('storage-failed', message, { definite: false });
    for (const done of this.#waiting.splice(0)) done(this.#failure);
  }

  /** The power goes: of what was not synced, the `kept` oldest operations are on the disk all the same. */
  crash(kept = 0): void {
    this.#harden(Math.min(kept, this.#unsynced.length));
    this.#unsynced = [];
    this.#waiting = [];
    this.#storages = new Map();
    this.#isSyncing = false;
    this.#failure = undefined;
    this.#life++;
  }

  #changed(operation: Operation): void {
    if (this.#failure !== undefined)
      throw new StorageError('storage-failed', this.#failure.message, { definite: true });
    if (this.isFull && operation.record !== undefined)
      throw new StorageError('storage-full', 'The disk is full.', { definite: true });
    this.#rotten.delete(placeOf(operation.position, operation.key));
    this.#unsynced.push(operation);
  }

  #startSync(): void {
    if (this.#isSyncing || this.#waiting.length === 0) return;
    const life = this.#life;
    const count = this.#unsynced.length;
    const waiting = this.#waiting.splice(0);
    this.#isSyncing = true;
    this.#options.later(this.#options.syncMs(), () => {
      if (life !== this.#life) return;
      this.#isSyncing = false;
      if (this.#failure === undefined) {
        this.#harden(count);
        this.syncs++;
      }
      this.#startSync();
      for (const done of waiting) done(this.#failure);
    });
  }

  #harden(count: number): void {
    for (const { position, key, record } of this.#unsynced.splice(0, count)) {
      let storage = this.#durable.get(position);
      if (storage === undefined) {
        storage = new MemoryStorage();
        this.#durable.set(position, storage);
      }
      if (record === undefined) storage.delete(key, 0, key.length);
      else storage.put(key, 0, key.length, record);
      this.#storages.get(position)?.hardened(key);
    }
  }
}

interface DiskOfStorage {
  changed(key: Buffer, record: RecordView | undefined): void;
  isRotten(key: Buffer): boolean;
  sync(done: StoreDone): void;
}

class UnsyncedStorage implements Storage {
  readonly #seen: MemoryStorage;
  readonly #disk: DiskOfStorage;
  /** Keys as text, with how many operations on them are not synced. */
  readonly #unsynced = new Map<string, number>();

  constructor(seen: MemoryStorage, disk: DiskOfStorage) {
    this.#seen = seen;
    this.#disk = disk;
  }

  get count(): number {
    return this.#seen.count;
  }

  get liveCount(): number {
    return this.#seen.liveCount;
  }

  get bytesUsed(): number {
    return this.#seen.bytesUsed;
  }

  isEmpty(): boolean {
    return this.#seen.isEmpty();
  }

  get(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): boolean {
    if (this.#disk.isRotten(key.subarray(keyStart, keyEnd)))
      throw new StorageError('corrupt', 'The record is damaged.', { definite: true });
    return this.#seen.get(key, keyStart, keyEnd, out);
  }

  put(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): void {
    this.#change(key, keyStart, keyEnd, copyOfRecord(record));
    this.#seen.put(key, keyStart, keyEnd, record);
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): boolean {
    if (!this.#seen.get(key, keyStart, keyEnd, emptyRecordView())) return false;
    this.#change(key, keyStart, keyEnd, undefined);
    return this.#seen.delete(key, keyStart, keyEnd);
  }

  reduce<A>(visit: (accumulator: A, key: Buffer, record: RecordView) => A, initial: A): A {
    return this.#seen.reduce(
      (sum, key, record) => (this.#disk.isRotten(key) ? sum : visit(sum, key, record)),
      initial,
    );
  }

  scan(
    after: Buffer | undefined,
    limit: number,
    visit: (key: Buffer, record: RecordView) => void,
    onUnreadable?: (key: Buffer) => void,
  ): boolean {
    return this.#seen.scan(after, limit, (key, record) => {
      if (!this.#disk.isRotten(key)) visit(key, record);
      else onUnreadable?.(key);
    });
  }

  follows(after: Buffer, key: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#seen.follows(after, key, keyStart, keyEnd);
  }

  isDurable(key: Buffer, keyStart: number, keyEnd: number): boolean {
    return !this.#unsynced.has(key.toString('latin1', keyStart, keyEnd));
  }

  sync(done: StoreDone): void {
    this.#disk.sync(done);
  }

  dispose(): void {
    this.#seen.dispose();
  }

  /** For the disk: the oldest operation on the key that was not synced is now. */
  hardened(key: Buffer): void {
    const text = key.toString('latin1');
    const left = this.#unsynced.get(text);
    assert(left !== undefined, 'an operation of this life');
    if (left === 1) this.#unsynced.delete(text);
    else this.#unsynced.set(text, left - 1);
  }

  #change(key: Buffer, keyStart: number, keyEnd: number, record: RecordView | undefined): void {
    this.#disk.changed(Buffer.from(key.subarray(keyStart, keyEnd)), record);
    const text = key.toString('latin1', keyStart, keyEnd);
    this.#unsynced.set(text, (this.#unsynced.get(text) ?? 0) + 1);
  }
}

function placeOf(position: number, key: Buffer): string {
  return `${position} ${key.toString('latin1')}`;
}

function copyOf(storage: MemoryStorage | undefined): MemoryStorage {
  const copy = new MemoryStorage();
  return (
    storage?.reduce((to, key, record) => {
      to.put(key, 0, key.length, record);
      return to;
    }, copy) ?? copy
  );
}
