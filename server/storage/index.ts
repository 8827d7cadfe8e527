/** Storage engines of a vnode, their contract, and the rule by which a record gets in. */
export { applyNewer, type RecordWatcher } from './apply-newer.js';
export type { HashSeed } from './key-hash.js';
export { MemoryStorage, type MemoryStorageOptions } from './memory-storage.js';
export type { NodeStore, StoreDone } from './node-store.js';
export { copyOfRecord, copyWithoutValue } from './record-copy.js';
export { isAlive } from './record-life.js';
export { emptyRecordView, type RecordView, type Storage, type StorageFactory } from './storage.js';
export { StorageError, type StorageErrorCode } from './storage-error.js';
