/**
 * A durable store: one directory with the records of all partitions of one node, the identity of the node and
 * its incarnation, and the ceiling of its clock. Writes go to a log (group-log.ts), which makes them durable,
 * and from there in the background to a table (record-table.ts), which keeps them: as etcd does it with its
 * log and bbolt. All partitions share one log, so they share its flushes.
 */
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Storage } from '../storage.js';
import { StorageError } from '../storage-error.js';
import { checkpoint } from './checkpoint.js';
import { lockDirectory } from './directory-lock.js';
import type { Durability } from './durability.js';
import { GroupLog } from './group-log.js';
import { LmdbStorage, type StoreParts } from './lmdb-storage.js';
import { type LogDisk, logFiles, openLogDisk } from './log-disk.js';
import type { PendingRecord } from './pending-record.js';
import { positionsMax } from './record-format.js';
import { RecordTable } from './record-table.js';
import { type RecoveryReport, recover } from './recovery.js';
import {
  clockWrite,
  identityWrite,
  readClock,
  readIdentity,
  readPlace,
  readStatistics,
  type StoreIdentity,
} from './store-records.js';

export interface DurableStoreOptions {
  /** Made if it is not there. Belongs to one node. */
  directory: string;
  /** The UUID of the node: a directory of another one is refused. */
  nodeId: string;
  /** A directory of another cluster is refused. Leave out while the node is in none, or to take what is stored. */
  clusterId?: string;
  /** What an acknowledged write survives. Default `sync`. */
  durability?: Durability;
  /** Goes on after a damaged log has lost acknowledged writes, which only replicas can bring back. */
  acceptLoss?: boolean;
  /** A corrupt record was met on a walk through a partition and left out. */
  onCorrupt?: (position: number, key: Buffer) => void;
  /** The store takes no writes any more; its node should stop. Called once. */
  onFailed?: (error: StorageError) => void;
  limits?: Partial<DurableStoreLimits>;
  /** The disk of the log, for tests. */
  openDisk?: typeof openLogDisk;
}

export interface DurableStoreLimits {
  /**
   * Bytes of operations that are not yet in the table: they are held in memory, and replayed after a crash.
   * Reaching it is `overloaded`, or `storage-full` if the table has no room. Also the most that one record may
   * have. Higher lets longer bursts through, and makes the store begin more slowly after a crash.
   */
  pendingBytesMax: number;
  /** A checkpoint begins at this many of them. Higher saves writes of the same pages. */
  checkpointBytes: number;
  /** And at the latest after this time. Higher saves work on keys that are written again and again. */
  checkpointMs: number;
  /** See GroupLog. */
  segmentBytes: number;
  /** The most that the table's file may grow to, and the address space that it takes. */
  tableBytesMax: number;
}

export const durableStoreLimits: Readonly<DurableStoreLimits> = {
  pendingBytesMax: 256 * 2 ** 20,
  checkpointBytes: 8 * 2 ** 20,
  checkpointMs: 1000,
  segmentBytes: 32 * 2 ** 20,
  tableBytesMax: 2 ** 40,
};

export interface DurableStore {
  /** The storage of the partition at a position; the same one each time. */
  storageOf(position: number): Storage;
  /** Whose store it is. The incarnation is new with each open, and was flushed before the store was open. */
  readonly identity: Readonly<StoreIdentity>;
  /** Stores the cluster that the node now belongs to. Resolves when it is flushed. */
  setClusterId(clusterId: string): Promise<void>;
  /** No earlier incarnation has reserved anything above this: the `floorMs` of a HybridClock. */
  readonly clockFloorMs: number;
  /** Lets the clock issue versions up to a time. Resolves when that is flushed, at every level. */
  reserveClock(ceilingMs: number): Promise<void>;
  /** What the log held when the store was opened. */
  readonly recovery: Readonly<RecoveryReport>;
  /** Why the store takes no writes any more, if so. */
  readonly failure: StorageError | undefined;
  /** Positions of partitions that have or had records: those to take up again. */
  positions(): number[];
  /** Moves everything from the log into the table now. */
  checkpoint(): Promise<void>;
  /** Makes everything durable and closes the files. Rejects if it could not. */
  close(): Promise<void>;
}

/** Opens or creates a store. Rejects with a StorageError that says what is wrong with the directory. */
export async function openDurableStore(options: DurableStoreOptions): Promise<DurableStore> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(directory);
  let table: RecordTable | undefined;
  let disk: LogDisk | undefined;
  try {
    const limits = { ...durableStoreLimits, ...options.limits };
    table = new RecordTable(join(directory, 'table.mdb'), limits.tableBytesMax);
    const identity = nextIdentity(readIdentity(table), options);
    const durability = options.durability ?? { kind: 'sync' };
    disk = (options.openDisk ?? openLogDisk)(directory, { writesThrough: durability.kind === 'sync' });
    // A file is durable when its directory's entry is.
    for (const path of [directory, dirname(directory)]) await flushDirectory(path);
    const files = await Promise.all(Array.from({ length: logFiles }, (_, file) => disk!.read(file)));
    const from = { place: readPlace(table), incarnation: identity.incarnation - 1, next: identity };
    const recovery = recover(table, files, from, options.acceptLoss ?? false);
    return new OpenStore({ options, limits, durability, table, disk, identity, recovery, unlock });
  } catch (error) {
    disk?.close(() => undefined);
    await table?.close();
    unlock();
    throw error;
  }
}

function nextIdentity(stored: StoreIdentity | undefined, options: DurableStoreOptions): StoreIdentity {
  const { directory, nodeId, clusterId } = options;
  const foreign = (text: string) =>
    new StorageError('foreign-store', `The data directory ${directory} ${text}`, { definite: true });
  if (stored !== undefined && stored.nodeId !== nodeId)
    throw foreign(`belongs to node ${stored.nodeId}, and this is node ${nodeId}.`);
  if (stored?.clusterId !== undefined && clusterId !== undefined && stored.clusterId !== clusterId)
    throw foreign(`belongs to cluster ${stored.clusterId}, and this node is in cluster ${clusterId}.`);
  const cluster = clusterId ?? stored?.clusterId;
  const incarnation = (stored?.incarnation ?? 0) + 1;
  return { nodeId, ...(cluster !== undefined && { clusterId: cluster }), incarnation };
}

async function flushDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface OpenStoreParts {
  options: DurableStoreOptions;
  limits: DurableStoreLimits;
  durability: Durability;
  table: RecordTable;
  disk: LogDisk;
  identity: StoreIdentity;
  recovery: RecoveryReport;
  unlock: () => void;
}

class OpenStore implements DurableStore {
  readonly clockFloorMs: number;
  readonly recovery: RecoveryReport;
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

  async setClusterId(clusterId: string): Promise<void> {
    const identity = { ...this.#identity, clusterId };
    await this.#table.commit([identityWrite(identity)]);
    this.#identity = identity;
  }

  async reserveClock(ceilingMs: number): Promise<void> {
    if (ceilingMs <= this.#clockCeilingMs) return;
    await this.#table.commit([clockWrite(ceilingMs)]);
    this.#clockCeilingMs = Math.max(this.#clockCeilingMs, ceilingMs);
  }

  async checkpoint(): Promise<void> {
    await new Promise<void>((resolve) => this.#log.drain(resolve));
    // The one under way may have begun before the last put.
    while (this.#checkpointing !== undefined) await this.#checkpointing.catch(() => undefined);
    await this.#checkpoint();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      if (this.failure !== undefined) await this.#checkpointing?.catch(() => undefined);
      else await this.checkpoint();
      if (this.failure !== undefined) throw this.failure;
    } finally {
      clearTimeout(this.#timer);
      await new Promise<void>((resolve) => this.#log.drain(resolve));
      await new Promise<void>((resolve) => this.#log.close(resolve));
      await this.#table.close();
      this.#unlock();
    }
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
