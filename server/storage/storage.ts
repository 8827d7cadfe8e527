/**
 * What a vnode asks of the engine that keeps its records: the key-value behaviour of the Riak Core tutorial
 * (init, get, put, delete, is_empty, reduce, dispose) on bytes. One Storage holds one partition. It decides
 * nothing: which of two values wins is `applyNewer`'s to say, and who may write is the vnode's.
 *
 * Every engine must pass the suite in conformance.ts.
 */

/** A record, as views into buffers of somebody else. What a get fills in is valid until the storage changes. */
export interface RecordView {
  /** The version is the 16 bytes from `version[versionOffset]` on. */
  version: Buffer;
  versionOffset: number;
  /** A delete that is remembered: it has a version, and an empty value. */
  tombstone: boolean;
  /** The value is `value[valueStart..valueEnd)`. */
  value: Buffer;
  valueStart: number;
  valueEnd: number;
  /** When the value ends, in milliseconds since 1970; 0: it stays. See object/expiry.ts. */
  expiresMs: number;
}

export interface Storage {
  /**
   * Fills `out` and returns true if the key in `key[keyStart..keyEnd)` has a record, tombstones included. Sees
   * every put at once, durable or not. Throws a StorageError `corrupt` if the record is there and damaged.
   */
  get(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): boolean;
  /**
   * Stores a record whatever was there before. Copies key, version and value, so the caller's buffers are free
   * again at once. Throws a StorageError, having changed nothing, when it can hold no more. Takes the place of
   * a corrupt record as of any other.
   */
  put(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): void;
  /** Removes a record physically, leaving no tombstone; false if there was none. */
  delete(key: Buffer, keyStart: number, keyEnd: number): boolean;
  isEmpty(): boolean;
  /** Records, tombstones included. */
  readonly count: number;
  /** Records that are not tombstones, those that have expired included. */
  readonly liveCount: number;
  /** Bytes that the records take up, with what the engine keeps beside them. */
  readonly bytesUsed: number;
  /**
   * Visits every record once, in no particular order; a corrupt one is left out and reported. Key and record are valid during the visit only, and the
   * visitor must not change the storage.
   */
  reduce<A>(visit: (accumulator: A, key: Buffer, record: RecordView) => A, initial: A): A;
  /**
   * Visits up to `limit` records that follow the key `after` (undefined: from the first on) in the engine's own
   * order, and returns whether there are more. The order is of keys alone and never changes: whoever goes on
   * after the last key it saw, which may be gone by then, visits every record that was there throughout exactly
   * once. Key and record are valid during the visit only, and the visitor must not change the storage. A corrupt
   * record is left out, reported, and told to `onUnreadable` with its key as the damage has left it, for callers
   * that must not pass over one silently.
   */
  scan(
    after: Buffer | undefined,
    limit: number,
    visit: (key: Buffer, record: RecordView) => void,
    onUnreadable?: (key: Buffer) => void,
  ): boolean;
  /** Whether a key comes behind `after` in the order of `scan`; both may be keys that have no record. */
  follows(after: Buffer, key: Buffer, keyStart: number, keyEnd: number): boolean;
  /**
   * Whether what a get of the key answers is as durable as this engine makes it; memory: always. If not, it is
   * once a `sync` begun now is done without an error.
   */
  isDurable(key: Buffer, keyStart: number, keyEnd: number): boolean;
  /**
   * Calls `done` when everything put so far is as durable as this engine makes it; memory: at once. With an
   * error, some of it is not: when the error is definite, what was put since the last call has been undone.
   */
  sync(done: (error?: Error) => void): void;
  /**
   * Frees the memory that the storage takes; what an engine made durable stays. The storage must not be used
   * afterwards.
   */
  dispose(): void;
}

/** Makes the storage of the partition at a position. */
export type StorageFactory = (position: number) => Storage;

/** A record view of nothing, for a get to fill in. */
export function emptyRecordView(): RecordView {
  return {
    version: nothing,
    versionOffset: 0,
    tombstone: false,
    value: nothing,
    valueStart: 0,
    valueEnd: 0,
    expiresMs: 0,
  };
}

// As long as a version, so that an empty view can be read without a special case.
const nothing = Buffer.alloc(16);
