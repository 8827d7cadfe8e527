/**
 * A store that is open: takes operations into the log, and what the log has written into the table, a
 * checkpoint at a time.
 */

import type { StoreDone } from '../node-store.js';
import { StorageError } from '../storage-error.js';
import { checkpoint } from './checkpoint.js';
import { foreignStore } from './directory-error.js';
import type { Durability } from './durability.js';
import type { DurableStore, DurableStoreLimits, DurableStoreOptions } from './durable-store.js';
import { GroupLog } from './group-log.js';
import { LmdbStorage, type StoreParts } from './lmdb-storage.js';
import type { LogDisk } from './log-disk.js';
import type { PendingRecord } from './pending-record.js';
import { positionsMax } from './record-format.js';
import type { RecordTable } from './record-table.js';
import type { RecoveryReport } from './recovery.js';
import { clockWrite, identityWrite, readClock, readStatistics, type StoreIdentity } from './store-records.js';

export interface OpenStoreParts {
  options: DurableStoreOptions;
  limits: DurableStoreLimits;
  durability: Durability;
  table: RecordTable;
  disk: LogDisk;
  identity: StoreIdentity;
  recovery: RecoveryReport;
  unlock: () => void;
}

export class OpenStore implements DurableStore {
  readonly clockFloorMs: number;
  readonly recovery: RecoveryReport;
  readonly #directory: string;
  readonly #limits: DurableStoreLimits;
  readonly #table: RecordTable;
  readonly #log: GroupLog;
  readonly #unlock: () => void;
  readonly #parts: StoreParts;
  readonly #storages = new Map<number, LmdbStorage>();
  #identity: StoreIdentity;
  #clockCeilingMs: number;
  /** In the log or on the way there, the oldest first; only those not yet written, from #unwrittenAt on. */
  #unwritten: { storage: LmdbStorage; record: PendingRecord }[] = [];
  #unwrittenAt = 0;
  #pendingBytes = 0;
  #bytesSinceCheckpoint = 0;
  #timer: NodeJS.Timeout | undefined;
  #checkpointing: Promise<void> | undefined;
  /** Why the last checkpoint came to nothing, if there was no room. */
  #tableFull: StorageError | undefined;
  #isClosed = false;

  constructor({ options, limits, durability, table, disk, identity, recovery, unlock }: OpenStoreParts) {
    this.#directory = options.directory;
    this.#limits = limits;
    this.#table = table;
    this.#identity = identity;
    this.#unlock = unlock;
    this.recovery = recovery;
    this.clockFloorMs = readClock(table);
    this.#clockCeilingMs = this.clockFloorMs;
    this.#log = new GroupLog({
      disk,
      durability,
      incarnation: identity.incarnation,
      segmentBytes: limits.segmentBytes,
      onWritten: (sequence) => this.#written(sequence),
      onUndone: (sequence) => this.#undone(sequence),
      onFailed: (error) => options.onFailed?.(error),
    });
    this.#parts = {
      table,
      log: this.#log,
      admit: (bytes) => this.#admit(bytes),
      appended: (storage, record) => this.#appended(storage, record),
      onCorrupt: (position, key) => options.onCorrupt?.(position, key),
    };
  }

  get identity(): StoreIdentity {
    return this.#identity;
  }

  get failure(): StorageError | undefined {
    return this.#log.failure;
  }

  get clockCeilingMs(): number {
    return this.#clockCeilingMs;
  }

  storageOf(position: number): LmdbStorage {
    let storage = this.#storages.get(position);
    if (storage === undefined) {
      if (!Number.isInteger(position) || position < 0 || position >= positionsMax)
        throw new RangeError(`a store has positions 0 to ${positionsMax - 1}, and not ${position}`);
      storage = new LmdbStorage(position, this.#parts, readStatistics(this.#table, position));
      this.#storages.set(position, storage);
    }
    return storage;
  }

  positions(): number[] {
    const found: number[] = [];
    for (let position = 0; position < positionsMax; position++) {
      const statistics = this.#storages.get(position) ?? readStatistics(this.#table, position);
      if (statistics.count > 0) found.push(position);
    }
    return found;
  }

  sync(done: StoreDone): void {
    this.#log.sync(done);
  }

  async bind({ clusterId, ringSize }: { clusterId: string; ringSize: number }): Promise<void> {
    const known = this.#identity;
    if (known.clusterId !== undefined && known.clusterId !== clusterId)
      throw foreignStore(
        this.#directory,
        `belongs to cluster ${known.clusterId}, and this node is in cluster ${clusterId}`,
      );
    if (known.ringSize !== undefined && known.ringSize !== ringSize)
      throw foreignStore(
        this.#directory,
        `was written for a ring of ${known.ringSize} partitions, and this node has one of ${ringSize}`,
      );
    if (known.clusterId === undefined || known.ringSize === undefined)
      await this.#setIdentity({ ...known, clusterId, ringSize });
  }

  setClusterId(clusterId: string, done: StoreDone): void {
    this.#setIdentity({ ...this.#identity, clusterId, ringEpoch: 0 }).then(() => done(), done);
  }

  get ringEpoch(): number {
    return this.#identity.ringEpoch ?? 0;
  }

  noteRingEpoch(ringEpoch: number, done: StoreDone): void {
    this.#setIdentity({ ...this.#identity, ringEpoch }).then(() => done(), done);
  }

  reserveClock(ceilingMs: number, done: StoreDone): void {
    if (ceilingMs <= this.#clockCeilingMs) {
      done();
      return;
    }
    this.#table.commit([clockWrite(ceilingMs)]).then(
      () => {
        this.#clockCeilingMs = Math.max(this.#clockCeilingMs, ceilingMs);
        done();
      },
      (error: StorageError) => {
        if (error.code !== 'storage-full') this.#log.fail(error);
        done(error);
      },
    );
  }

  async checkpoint(): Promise<void> {
    await new Promise<void>((resolve) => this.#log.drain(resolve));
    // The one under way may have begun before the last put.
    while (this.#checkpointing !== undefined) await this.#checkpointing.catch(() => undefined);
    await this.#checkpoint();
  }

  async close(clockMs?: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      if (this.failure !== undefined) await this.#checkpointing?.catch(() => undefined);
      else await this.checkpoint();
      if (clockMs !== undefined && this.failure === undefined && clockMs < this.#clockCeilingMs)
        await this.#table.commit([clockWrite(Math.max(clockMs, this.clockFloorMs))]);
      if (this.failure !== undefined) throw this.failure;
    } finally {
      clearTimeout(this.#timer);
      await new Promise<void>((resolve) => this.#log.drain(resolve));
      await new Promise<void>((resolve) => this.#log.close(resolve));
      await this.#table.close();
      this.#unlock();
    }
  }

  async #setIdentity(identity: StoreIdentity): Promise<void> {
    // At once, so that the next change is made of this one; commits keep their order.
    this.#identity = identity;
    await this.#table.commit([identityWrite(identity)]);
  }

  #admit(bytes: number): void {
    const { failure } = this.#log;
    if (failure !== undefined)
      throw new StorageError('storage-failed', failure.message, { definite: true, cause: failure });
    const { pendingBytesMax } = this.#limits;
    if (bytes > pendingBytesMax) {
      throw new StorageError(
        'too-large',
        `A record may have at most ${pendingBytesMax} bytes, and this one ${bytes}.`,
        { definite: true },
      );
    }
    if (this.#pendingBytes + bytes <= pendingBytesMax) return;
    if (this.#tableFull !== undefined) throw this.#tableFull;
    throw new StorageError('overloaded', 'Too many writes are waiting for the disk.', { definite: true });
  }

  #appended(storage: LmdbStorage, record: PendingRecord): void {
    const bytes = record.end - record.keyAt;
    this.#unwritten.push({ storage, record });
    this.#pendingBytes += bytes;
    this.#bytesSinceCheckpoint += bytes;
  }

  #written(sequence: number): void {
    const unwritten = this.#unwritten;
    let at = this.#unwrittenAt;
    for (; at < unwritten.length && unwritten[at]!.record.sequence <= sequence; at++) {
      const { storage, record } = unwritten[at]!;
      storage.written(record);
    }
    this.#unwrittenAt = at;
    if (at === unwritten.length || at > 10_000) {
      this.#unwritten = unwritten.slice(at);
      this.#unwrittenAt = 0;
    }
    this.#scheduleCheckpoint();
  }

  #undone(firstSequence: number): void {
    while (this.#unwritten.length > this.#unwrittenAt) {
      const { storage, record } = this.#unwritten.at(-1)!;
      if (record.sequence < firstSequence) break;
      this.#unwritten.pop();
      this.#pendingBytes -= record.end - record.keyAt;
      storage.undo(record);
    }
  }

  /** At once when enough has come together, and otherwise after a while. */
  #scheduleCheckpoint(): void {
    if (this.#checkpointing !== undefined || this.#isClosed || this.failure !== undefined) return;
    if (this.#bytesSinceCheckpoint >= this.#limits.checkpointBytes && this.#tableFull === undefined)
      this.#checkpointInBackground();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#checkpointInBackground(), this.#limits.checkpointMs);
      this.#timer.unref();
    }
  }

  #checkpointInBackground(): void {
    // What went wrong is kept where the next put finds it.
    if (this.#checkpointing === undefined && !this.#isClosed) this.#checkpoint().catch(() => undefined);
  }

  #checkpoint(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#bytesSinceCheckpoint = 0;
    const running = this.#runCheckpoint().finally(() => {
      this.#checkpointing = undefined;
      if (this.#bytesSinceCheckpoint > 0 || this.#tableFull !== undefined) this.#scheduleCheckpoint();
    });
    this.#checkpointing = running;
    return running;
  }

  async #runCheckpoint(): Promise<void> {
    const release = (records: readonly PendingRecord[]) => {
      for (const { keyAt, end } of records) this.#pendingBytes -= end - keyAt;
    };
    try {
      const place = await checkpoint(this.#log, this.#table, [...this.#storages.values()], release);
      this.#log.release(place);
      this.#tableFull = undefined;
    } catch (error) {
      if (error instanceof StorageError && error.code === 'storage-full') this.#tableFull = error;
      else this.#log.fail(error as Error);
      throw error;
    }
  }
}
