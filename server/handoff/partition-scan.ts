/** A walk through the records of a partition, chunk by chunk, while the partition changes. */
import type { Storage } from '../storage/index.js';
import { type ChunkBuilder, chunkRecordHeaderBytes } from './record-chunk.js';
import { UnreadableRecordError } from './record-source.js';

/** Records looked at in one go, at most: a visitor cannot stop a scan, and the node has other things to do. */
const scanRecordsMax = 1024;

export class PartitionScan {
  readonly #position: number;
  readonly #storage: Storage;
  /** The last key that was passed. */
  #after: Buffer | undefined;
  #isAtEnd = false;

  constructor(position: number, storage: Storage) {
    this.#position = position;
    this.#storage = storage;
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** The last key that was passed: records up to it have been seen. */
  get after(): Buffer | undefined {
    return this.#after;
  }

  /** Goes on behind a key; without one, from the first record on. */
  goOnAfter(after: Buffer | undefined): void {
    this.#after = after;
    this.#isAtEnd = false;
  }

  /**
   * Adds records to the chunk until it is full, the partition ends, or enough were looked at. Those that
   * `isWanted` refuses are passed. Throws an UnreadableRecordError at a damaged one, unless its key is taken.
   */
  fill(chunk: ChunkBuilder, isWanted?: (key: Buffer) => boolean, onDamaged?: (key: Buffer) => void): void {
    if (this.#isAtEnd || chunk.isFull) return;
    let passed: Buffer | undefined;
    let hasUnreadable = false;
    const hasMore = this.#storage.scan(
      this.#after,
      this.#recordsFor(chunk),
      (key, record) => {
        if (chunk.isFull) return;
        if (isWanted?.(key) === false || chunk.add(key, 0, key.length, record)) passed = key;
      },
      (key) => {
        hasUnreadable = true;
        onDamaged?.(key);
      },
    );
    if (hasUnreadable && onDamaged === undefined) throw new UnreadableRecordError(this.#position);
    // A copy: the key is a view that the next write may change.
    if (passed !== undefined) this.#after = Buffer.from(passed);
    this.#isAtEnd = !hasMore && !chunk.isFull;
  }

  /** About as many records as fit: a scan of many large ones would read far more than the chunk takes. */
  #recordsFor(chunk: ChunkBuilder): number {
    const average = this.#storage.bytesUsed / Math.max(1, this.#storage.count);
    const fitting = Math.ceil(chunk.bytesMax / Math.max(average, chunkRecordHeaderBytes)) + 1;
    return Math.min(fitting, scanRecordsMax);
  }
}
