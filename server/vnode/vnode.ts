/**
 * A virtual node: one partition as one node runs it, whether as its primary or as a fallback. Applies writes
 * by version and reads records; last writer wins on every path. It never fails a request by throwing: a
 * storage that cannot do it is an outcome.
 */
import type { VnodeTree } from '../anti-entropy/index.js';
import { flagFailed, flagMissing, flagTombstone } from '../link/index.js';
import { compareVersions, versionMs } from '../object/index.js';
import {
  applyNewer,
  emptyRecordView,
  isAlive,
  type RecordView,
  type Storage,
  StorageError,
} from '../storage/index.js';

/** What became of a write. A write older than what is there counts as applied: it is superseded. */
export const applied = 0;
/** As `applied`, and the key had a value before (no tombstone, nor expired). Only told of deletes. */
export const appliedExisted = 1;
/** The storage could not take it; nothing was changed. */
export const refused = 2;

/** What became of a read: there is no record. */
export const readMissing = 0;
/** There is a record, perhaps a tombstone. */
export const readFound = 1;
/** The storage cannot tell: the record is damaged, or its disk is. Not to be taken for `readMissing`. */
export const readFailed = 2;
/** Added to the first two while that is not durable: the answer must wait in the gate. */
export const readUnsettled = 4;

/** The flags with which what became of a read is told to another node. */
export function readReplyFlags(outcome: number, record: RecordView): number {
  if (outcome === readFailed) return flagFailed;
  if ((outcome & readFound) === 0) return flagMissing;
  return record.tombstone ? flagTombstone : 0;
}

/** What a vnode asks of its surroundings, for a storage that is not durable at once. */
export interface VnodeOptions {
  /** No answer can be held any more, so nothing may be done that would have to wait for a sync. */
  isGateFull(): boolean;
  /** A read met a damaged record or a failing disk. The key is a view. */
  onReadFailed(position: number, key: Buffer, error: StorageError): void;
}

export class Vnode {
  readonly position: number;
  readonly storage: Storage;
  /** Told of every key whose record has changed: while the partition goes to another owner. */
  follower: ((key: Buffer, keyStart: number, keyEnd: number) => void) | undefined;
  /**
   * Whether requests have written here, or may have in a former life: of a vnode that is not its partition's
   * owner, that is what the owner may not have.
   */
  hasHints: boolean;
  /**
   * While the partition is being refilled, since it was lost or has never been here: no read is answered but
   * with a record that was written since then (in milliseconds of the wall clock). Else 0.
   */
  refillingSinceMs = 0;
  readonly #wallMs: () => number;
  readonly #options: VnodeOptions | undefined;
  /** Writes that came after a newer one was there: the last writer won, and these were lost. */
  discarded = 0;
  /** Writes that were newer than what was there. */
  changes = 0;
  /** The digests by which replicas are compared; none where there are no replicas. */
  tree: VnodeTree | undefined;
  /** Raised whenever a record is added or removed, or a key lives or dies: not when a value is written over. */
  keyChanges = 0;
  #watchers: Set<(key: Buffer) => void> | undefined;

  /**
   * By the wall clock records expire. Without options the storage is as durable at once as it gets, and does not
   * fail to read: memory.
   */
  constructor(position: number, storage: Storage, wallMs: () => number, options?: VnodeOptions) {
    this.position = position;
    this.storage = storage;
    this.#wallMs = wallMs;
    this.#options = options;
    this.hasHints = !storage.isEmpty();
  }

  /** Fills `out` if the key has a record, a tombstone included; returns what became of it. */
  read(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): number {
    const outcome = this.#read(key, keyStart, keyEnd, out);
    return this.refillingSinceMs === 0 || this.#isOfNow(outcome, out) ? outcome : readFailed;
  }

  /** While it refills: whether what was read is what a vnode would have that has lost nothing. */
  #isOfNow(outcome: number, record: RecordView): boolean {
    if ((outcome & readFound) === 0) return false;
    return versionMs(record.version, record.versionOffset) > this.refillingSinceMs;
  }

  #read(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): number {
    if (this.#options === undefined)
      return this.storage.get(key, keyStart, keyEnd, out) ? readFound : readMissing;
    let outcome: number;
    try {
      outcome = this.storage.get(key, keyStart, keyEnd, out) ? readFound : readMissing;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#options.onReadFailed(this.position, key.subarray(keyStart, keyEnd), error);
      return readFailed;
    }
    if (this.storage.isDurable(key, keyStart, keyEnd)) return outcome;
    return this.#options.isGateFull() ? readFailed : outcome + readUnsettled;
  }

  /** Applies the record unless a newer one is there. A delete of a missing key leaves a tombstone, too. */
  apply(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): number {
    if (this.#options?.isGateFull() === true) return refused;
    this.hasHints = true;
    return this.merge(key, keyStart, keyEnd, record, true);
  }

  /** As `apply`, a record that another member's vnode had; nobody waits for the answer. */
  merge(key: Buffer, keyStart: number, keyEnd: number, record: RecordView, isOfRequest = false): number {
    const { storage } = this;
    const countBefore = storage.count;
    const liveBefore = storage.liveCount;
    try {
      const existed = record.tombstone && this.#hasValue(key, keyStart, keyEnd);
      if (applyNewer(storage, key, keyStart, keyEnd, record, this.tree)) {
        this.changes++;
        this.follower?.(key, keyStart, keyEnd);
      } else if (isOfRequest) this.#countDiscarded(key, keyStart, keyEnd, record);
      if (storage.count !== countBefore || storage.liveCount !== liveBefore) {
        this.keyChanges++;
        if (this.#watchers !== undefined && storage.count > countBefore)
          this.#tellAdded(key.subarray(keyStart, keyEnd));
      }
      return existed ? appliedExisted : applied;
    } catch (error) {
      if (error instanceof StorageError && error.definite) return refused;
      throw error;
    }
  }

  /** Removes a record physically: all removals go this way, so that what follows the records hears of it. */
  remove(key: Buffer, keyStart: number, keyEnd: number): boolean {
    const { storage, tree } = this;
    if (tree !== undefined && isIntact(storage, key, keyStart, keyEnd))
      tree.changing(key, keyStart, keyEnd, existing, undefined);
    try {
      return storage.delete(key, keyStart, keyEnd);
    } catch (error) {
      tree?.doubt();
      throw error;
    }
  }

  /** Has `watcher` told of each key that gets its first record, until `unwatchKeys`. Returns it. */
  watchKeys(watcher: (key: Buffer) => void): (key: Buffer) => void {
    this.#watchers ??= new Set();
    this.#watchers.add(watcher);
    return watcher;
  }

  unwatchKeys(watcher: (key: Buffer) => void): void {
    this.#watchers?.delete(watcher);
    if (this.#watchers?.size === 0) this.#watchers = undefined;
  }

  #tellAdded(key: Buffer): void {
    for (const watcher of this.#watchers ?? []) watcher(key);
  }

  /** A damaged record: nobody knows, and the tombstone takes its place. */
  #hasValue(key: Buffer, keyStart: number, keyEnd: number): boolean {
    return isIntact(this.storage, key, keyStart, keyEnd) && isAlive(existing, this.#wallMs());
  }

  /** The same version once more is no loss. */
  #countDiscarded(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): void {
    if (!this.storage.get(key, keyStart, keyEnd, existing)) return;
    const { version, versionOffset } = existing;
    if (compareVersions(record.version, record.versionOffset, version, versionOffset) < 0) this.discarded++;
  }
}

function isIntact(storage: Storage, key: Buffer, keyStart: number, keyEnd: number): boolean {
  try {
    return storage.get(key, keyStart, keyEnd, existing);
  } catch (error) {
    if (error instanceof StorageError && error.code === 'corrupt') return false;
    throw error;
  }
}

// One view for all calls: nothing here is asynchronous.
const existing: RecordView = emptyRecordView();
