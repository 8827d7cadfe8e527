/**
 * A virtual node: one partition as one node runs it, whether as its primary or as a fallback. Applies writes
 * by version and reads records; last writer wins on every path. It never fails a request by throwing: a
 * storage that cannot do it is an outcome.
 */
import {
  applyNewer,
  emptyRecordView,
  type RecordView,
  type Storage,
  StorageError,
} from '../storage/index.js';

/** What became of a write. A write older than what is there counts as applied: it is superseded. */
export const applied = 0;
/** As `applied`, and the key had a value before (no tombstone). Only told of deletes. */
export const appliedExisted = 1;
/** The storage could not take it; nothing was changed. */
export const refused = 2;

export class Vnode {
  readonly position: number;
  readonly storage: Storage;

  constructor(position: number, storage: Storage) {
    this.position = position;
    this.storage = storage;
  }

  /** Fills `out` and returns true if the key has a record, a tombstone included. */
  get(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): boolean {
    return this.storage.get(key, keyStart, keyEnd, out);
  }

  /** Applies the record unless a newer one is there. A delete of a missing key leaves a tombstone, too. */
  apply(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): number {
    let outcome = applied;
    if (record.tombstone && this.storage.get(key, keyStart, keyEnd, existing) && !existing.tombstone)
      outcome = appliedExisted;
    try {
      applyNewer(this.storage, key, keyStart, keyEnd, record);
      return outcome;
    } catch (error) {
      if (error instanceof StorageError && error.definite) return refused;
      throw error;
    }
  }
}

// One view for all calls: nothing here is asynchronous.
const existing: RecordView = emptyRecordView();
