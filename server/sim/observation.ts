/**
 * What the simulation sees and no client can: every record that any node stores, with its version. The checkers
 * judge by it which of two writes is the newer, and who has held what. The nodes do not know that they are seen.
 */
import { createHash } from 'node:crypto';
import {
  copyOfRecord,
  emptyRecordView,
  type RecordView,
  type Storage,
  StorageError,
} from '../storage/index.js';

/** 32 hexadecimal digits, whose order as text is the order of the versions. */
export type VersionText = string;

/** A record that a node has put into one of its storages. */
export interface StoredRecord {
  readonly node: number;
  readonly position: number;
  readonly key: string;
  readonly version: VersionText;
  /** Undefined: a tombstone. */
  readonly value: string | undefined;
  /** What the storage held of the key before. */
  readonly before: VersionText | undefined;
  /** Whether the record that was there had the same content; told only if the versions are equal. */
  readonly isSame: boolean;
}

/** A record that a node has removed from one of its storages. */
export interface RemovedRecord {
  readonly node: number;
  readonly position: number;
  readonly key: string;
  /** Undefined: the record was damaged. */
  readonly version: VersionText | undefined;
  readonly isTombstone: boolean;
}

/** One write, as the cluster knows it. */
export interface SeenWrite {
  readonly version: VersionText;
  readonly value: string | undefined;
  /** The id in the version: the node that coordinated it. */
  readonly coordinator: string;
  /** When it was first stored, as counted by `tick`. */
  readonly seenAt: number;
}

export interface SeenKey {
  readonly key: string;
  readonly writes: Map<VersionText, SeenWrite>;
  /** Those of them that are tombstones, in the order in which they were seen. */
  readonly tombstones: SeenWrite[];
  /** By node: the highest version that it has ever stored. */
  readonly highestByNode: (VersionText | undefined)[];
  highestTombstone: VersionText | undefined;
}

export interface ObservationOptions {
  onStored(record: StoredRecord): void;
  /** A record was removed physically: no tombstone is left. */
  onRemoved(record: RemovedRecord): void;
}

export class Observation {
  readonly keys = new Map<string, SeenKey>();
  /** Values to the version under which they were first stored; values are unique. */
  readonly versionOfValue = new Map<string, VersionText>();
  readonly #options: ObservationOptions;
  #count = 0;

  constructor(options: ObservationOptions) {
    this.#options = options;
  }

  /** Counts what happens, so that of two things it is known which was first. */
  tick(): number {
    return ++this.#count;
  }

  seen(key: string): SeenKey {
    let seen = this.keys.get(key);
    if (seen === undefined) {
      seen = { key, writes: new Map(), tombstones: [], highestByNode: [], highestTombstone: undefined };
      this.keys.set(key, seen);
    }
    return seen;
  }

  /** The same storage, seen. */
  wrap(storage: Storage, node: number, position: number): Storage {
    return new ObservedStorage(storage, {
      put: (key, record, before) => this.#stored(node, position, key, record, before),
      removed: (key, was) =>
        this.#options.onRemoved({
          node,
          position,
          key,
          version: was && versionText(was),
          isTombstone: was?.tombstone === true,
        }),
    });
  }

  #stored(
    node: number,
    position: number,
    key: string,
    record: RecordView,
    old: RecordView | undefined,
  ): void {
    const version = versionText(record);
    const value = valueText(record);
    const seen = this.seen(key);
    const highest = seen.highestByNode[node];
    if (highest === undefined || version > highest) seen.highestByNode[node] = version;
    if (value === undefined && (seen.highestTombstone === undefined || version > seen.highestTombstone))
      seen.highestTombstone = version;
    const before = old === undefined ? undefined : versionText(old);
    const isSame = before === version && valueText(old!) === value;
    this.#options.onStored({ node, position, key, version, value, before, isSame });
    if (!seen.writes.has(version)) {
      const write = { version, value, coordinator: version.slice(16, 24), seenAt: this.tick() };
      seen.writes.set(version, write);
      if (value === undefined) seen.tombstones.push(write);
      else if (!this.versionOfValue.has(value)) this.versionOfValue.set(value, version);
    }
  }
}

/** The id that versions carry for a node of this name. */
export function coordinatorId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

export function versionText({ version, versionOffset }: RecordView): VersionText {
  return version.toString('hex', versionOffset, versionOffset + 16);
}

export function valueText({ tombstone, value, valueStart, valueEnd }: RecordView): string | undefined {
  return tombstone ? undefined : value.toString('latin1', valueStart, valueEnd);
}

interface Watcher {
  put(key: string, record: RecordView, before: RecordView | undefined): void;
  removed(key: string, was: RecordView | undefined): void;
}

class ObservedStorage implements Storage {
  readonly #inner: Storage;
  readonly #watcher: Watcher;
  readonly #before: RecordView = emptyRecordView();

  constructor(inner: Storage, watcher: Watcher) {
    this.#inner = inner;
    this.#watcher = watcher;
  }

  get count(): number {
    return this.#inner.count;
  }

  get liveCount(): number {
    return this.#inner.liveCount;
  }

  get bytesUsed(): number {
    return this.#inner.bytesUsed;
  }

  isEmpty(): boolean {
    return this.#inner.isEmpty();
  }

  get(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): boolean {
    return this.#inner.get(key, keyStart, keyEnd, out);
  }

  put(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): void {
    // A copy of what is told: the put changes what the view shows, and may fail.
    const before = isFound(this.#inner, key, keyStart, keyEnd, this.#before)
      ? copyOfRecord(this.#before)
      : undefined;
    this.#inner.put(key, keyStart, keyEnd, record);
    this.#watcher.put(key.toString('latin1', keyStart, keyEnd), record, before);
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): boolean {
    const was = isFound(this.#inner, key, keyStart, keyEnd, this.#before)
      ? copyOfRecord(this.#before)
      : undefined;
    const existed = this.#inner.delete(key, keyStart, keyEnd);
    if (existed) this.#watcher.removed(key.toString('latin1', keyStart, keyEnd), was);
    return existed;
  }

  reduce<A>(visit: (accumulator: A, key: Buffer, record: RecordView) => A, initial: A): A {
    return this.#inner.reduce(visit, initial);
  }

  scan(
    after: Buffer | undefined,
    limit: number,
    visit: (key: Buffer, record: RecordView) => void,
    onUnreadable?: (key: Buffer) => void,
  ): boolean {
    return this.#inner.scan(after, limit, visit, onUnreadable);
  }

  follows(after: Buffer, key: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#inner.follows(after, key, keyStart, keyEnd);
  }

  isDurable(key: Buffer, keyStart: number, keyEnd: number): boolean {
    return this.#inner.isDurable(key, keyStart, keyEnd);
  }

  sync(done: (error?: Error) => void): void {
    this.#inner.sync(done);
  }

  dispose(): void {
    this.#inner.dispose();
  }
}

/** As `get`; a damaged record is none. */
export function isFound(storage: Storage, key: Buffer, start: number, end: number, out: RecordView): boolean {
  try {
    return storage.get(key, start, end, out);
  } catch (error) {
    if (error instanceof StorageError && error.code === 'corrupt') return false;
    throw error;
  }
}
