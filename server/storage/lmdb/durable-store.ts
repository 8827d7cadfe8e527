/**
 * A durable store: one directory with the records of all partitions of one node, the identity of the node and
 * its incarnation, and the ceiling of its clock. Writes go to a log (group-log.ts), which makes them durable,
 * and from there in the background to a table (record-table.ts), which keeps them: as etcd does it with its
 * log and bbolt. All partitions share one log, so they share its flushes.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { NodeStore } from '../node-store.js';
import type { Storage } from '../storage.js';
import { StorageError } from '../storage-error.js';
import { directoryError, foreignStore } from './directory-error.js';
import { lockDirectory } from './directory-lock.js';
import type { Durability } from './durability.js';
import { type LogDisk, logFiles, openLogDisk } from './log-disk.js';
import { OpenStore } from './open-store.js';
import { RecordTable } from './record-table.js';
import { type RecoveryReport, recover } from './recovery.js';
import { readIdentity, readPlace, type StoreIdentity } from './store-records.js';

export interface DurableStoreOptions {
  /** Made if it is not there. Belongs to one node. */
  directory: string;
  /** The name of the node: a directory of another one is refused. */
  nodeId: string;
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
  checkpointBytes: 16 * 2 ** 20,
  checkpointMs: 5000,
  segmentBytes: 32 * 2 ** 20,
  tableBytesMax: 2 ** 40,
};

export interface DurableStore extends NodeStore {
  /** The storage of the partition at a position; the same one each time. */
  storageOf(position: number): Storage;
  /** Whose store it is. The incarnation is new with each open, and was flushed before the store was open. */
  readonly identity: Readonly<StoreIdentity>;
  /**
   * Says to what cluster, and how large a ring, the records belong. Rejects with `foreign-store` if they belong
   * to others. Resolves when it is flushed.
   */
  bind(cluster: { clusterId: string; ringSize: number }): Promise<void>;
  /** What the log held when the store was opened. */
  readonly recovery: Readonly<RecoveryReport>;
  /** Why the store takes no writes any more, if so. */
  readonly failure: StorageError | undefined;
  /** Moves everything from the log into the table now. */
  checkpoint(): Promise<void>;
  /**
   * Makes everything durable and closes the files. Rejects if it could not. `clockMs`: no version was issued
   * above it, so the next incarnation need not begin above all that was reserved.
   */
  close(clockMs?: number): Promise<void>;
}

/** Opens or creates a store. Rejects with a StorageError that says what is wrong with the directory. */
export async function openDurableStore(options: DurableStoreOptions): Promise<DurableStore> {
  const directory = resolve(options.directory);
  try {
    return await openStore({ ...options, directory });
  } catch (error) {
    throw error instanceof StorageError ? error : directoryError(directory, error);
  }
}

async function openStore(options: DurableStoreOptions): Promise<DurableStore> {
  const { directory } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(directory);
  let table: RecordTable | undefined;
  let disk: LogDisk | undefined;
  try {
    const limits = { ...durableStoreLimits, ...options.limits };
    table = await RecordTable.open(join(directory, 'table.mdb'), limits.tableBytesMax);
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
  const { directory, nodeId } = options;
  if (stored === undefined) return { nodeId, storeId: randomUUID(), incarnation: 1 };
  if (stored.nodeId !== nodeId)
    throw foreignStore(directory, `belongs to node ${stored.nodeId}, and this is node ${nodeId}`);
  return { ...stored, incarnation: stored.incarnation + 1 };
}

async function flushDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
