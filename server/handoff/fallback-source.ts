/**
 * The records that a fallback took and gives to their owner. What the owner has made durable is deleted here at
 * once, so a transfer that is broken off has lost nothing and sends nothing twice; a record that was written
 * again in the meantime is kept, and goes with the next transfer.
 *
 * A damaged record cannot be sent. It holds nothing up: when all else is at the owner, it is dropped here, with a line
 * in the log, and the key is read from everybody else, so that the primaries have the newest that is left of it.
 *
 * A node that is to become the owner, or has become it meanwhile, gives the owner of before a copy, and keeps what
 * it has.
 */

import { emptyRecordView, StorageError } from '../storage/index.js';
import type { Vnode } from '../vnode/index.js';
import { deleteUnchanged } from './delete-unchanged.js';
import { PartitionScan } from './partition-scan.js';
import type { ChunkBuilder } from './record-chunk.js';
import type { RecordSource } from './record-source.js';

export class FallbackSource implements RecordSource {
  readonly expectedRecords: number;
  readonly #vnode: Vnode;
  readonly #scan: PartitionScan;
  readonly #keeps: () => boolean;
  /** Damaged records, by their keys as latin1. */
  readonly #damaged = new Set<string>();

  /** `keeps` tells whether this node is the owner or is to become it: asked whenever something could be deleted. */
  constructor(vnode: Vnode, keeps: () => boolean) {
    this.#vnode = vnode;
    this.#scan = new PartitionScan(vnode.position, vnode.storage);
    this.#keeps = keeps;
    this.expectedRecords = vnode.storage.count;
  }

  get isExhausted(): boolean {
    return this.#scan.isAtEnd;
  }

  accepted(): void {}

  fill(chunk: ChunkBuilder): void {
    this.#scan.fill(chunk, undefined, (key) => this.#damaged.add(key.toString('latin1')));
  }

  /** Drops the damaged records, when all others are at the owner; returns their keys. */
  dropDamaged(): Buffer[] {
    if (this.#keeps()) return [];
    return [...this.#damaged]
      .map((text) => Buffer.from(text, 'latin1'))
      .filter((key) => isDamaged(this.#vnode, key) && this.#vnode.remove(key, 0, key.length));
  }

  acknowledged(records: Buffer): void {
    if (!this.#keeps()) deleteUnchanged(this.#vnode, records);
  }

  failed(): void {}
}

/** Whether the record is damaged still: it may have been written anew. */
function isDamaged({ storage }: Vnode, key: Buffer): boolean {
  try {
    storage.get(key, 0, key.length, emptyRecordView());
    return false;
  } catch (error) {
    if (error instanceof StorageError) return error.code === 'corrupt';
    throw error;
  }
}
