/**
 * Last writer wins: the one rule by which a record gets into a storage, on every path (write, handoff, hint,
 * repair, anti-entropy). It is idempotent and commutative, so records may arrive twice and in any order.
 */
import { compareVersions } from '../object/version.js';
import { emptyRecordView, type RecordView, type Storage } from './storage.js';
import { StorageError } from './storage-error.js';

/** Keeps something beside a storage that must follow its records. */
export interface RecordWatcher {
  /** The record of a key is about to change; undefined: it has none before, or none after. */
  changing(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    before: RecordView | undefined,
    after: RecordView | undefined,
  ): void;
}

/**
 * Puts the record if the key has none, or one of an older version; returns whether it did. Equal versions are
 * the same write, since a version is never issued twice. Tombstones follow the same rule.
 */
export function applyNewer(
  storage: Storage,
  key: Buffer,
  keyStart: number,
  keyEnd: number,
  record: RecordView,
  watcher?: RecordWatcher,
): boolean {
  const isThere = hasIntact(storage, key, keyStart, keyEnd);
  if (isThere) {
    const order = compareVersions(
      record.version,
      record.versionOffset,
      existing.version,
      existing.versionOffset,
    );
    if (order <= 0) return false;
  }
  if (watcher === undefined) storage.put(key, keyStart, keyEnd, record);
  else putWatched(storage, key, { start: keyStart, end: keyEnd, isThere }, record, watcher);
  return true;
}

/** The watcher is told first: the put changes what the views show. */
function putWatched(
  storage: Storage,
  key: Buffer,
  { start, end, isThere }: { start: number; end: number; isThere: boolean },
  record: RecordView,
  watcher: RecordWatcher,
): void {
  const before = isThere ? existing : undefined;
  watcher.changing(key, start, end, before, record);
  try {
    storage.put(key, start, end, record);
  } catch (error) {
    // Nothing has changed.
    watcher.changing(key, start, end, record, before);
    throw error;
  }
}

/** A damaged record counts as none, so that any write heals it: what it was, nobody can tell. */
function hasIntact(storage: Storage, key: Buffer, keyStart: number, keyEnd: number): boolean {
  try {
    return storage.get(key, keyStart, keyEnd, existing);
  } catch (error) {
    if (error instanceof StorageError && error.code === 'corrupt') return false;
    throw error;
  }
}

// One view for all calls: nothing here is asynchronous, and a view per write would be garbage per write.
const existing: RecordView = emptyRecordView();
