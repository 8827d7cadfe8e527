/**
 * Last writer wins: the one rule by which a record gets into a storage, on every path (write, handoff, hint,
 * repair, anti-entropy). It is idempotent and commutative, so records may arrive twice and in any order.
 */
import { compareVersions } from '../object/version.js';
import { emptyRecordView, type RecordView, type Storage } from './storage.js';
import { StorageError } from './storage-error.js';

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
): boolean {
  if (hasIntact(storage, key, keyStart, keyEnd)) {
    const order = compareVersions(
      record.version,
      record.versionOffset,
      existing.version,
      existing.versionOffset,
    );
    if (order <= 0) return false;
  }
  storage.put(key, keyStart, keyEnd, record);
  return true;
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
