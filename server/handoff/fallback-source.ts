/**
 * The records that a fallback took and gives to their owner. What the owner has made durable is deleted here at
 * once, so a transfer that is broken off has lost nothing and sends nothing twice; a record that was written
 * again in the meantime is kept, and goes with the next transfer.
 *
 * A node that is to become the owner, or has become it meanwhile, gives the owner of before a copy, and keeps what
 * it has.
 */
import type { Storage } from '../storage/index.js';
import { deleteUnchanged } from './delete-unchanged.js';
import { PartitionScan } from './partition-scan.js';
import type { ChunkBuilder } from './record-chunk.js';
import type { RecordSource } from './record-source.js';

export class FallbackSource implements RecordSource {
  readonly expectedRecords: number;
  readonly #storage: Storage;
  readonly #scan: PartitionScan;
  readonly #keeps: () => boolean;

  /** `keeps` tells whether this node is the owner or is to become it: asked whenever something could be deleted. */
  constructor(position: number, storage: Storage, keeps: () => boolean) {
    this.#storage = storage;
    this.#scan = new PartitionScan(position, storage);
    this.#keeps = keeps;
    this.expectedRecords = storage.count;
  }

  get isExhausted(): boolean {
    return this.#scan.isAtEnd;
  }

  accepted(): void {}

  fill(chunk: ChunkBuilder): void {
    this.#scan.fill(chunk);
  }

  acknowledged(records: Buffer): void {
    if (!this.#keeps()) deleteUnchanged(this.#storage, records);
  }

  failed(): void {}
}
