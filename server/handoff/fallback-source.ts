/**
 * The records that a fallback took and gives to their owner. What the owner has made durable is deleted here at
 * once, so a transfer that is broken off has lost nothing and sends nothing twice; a record that was written
 * again in the meantime is kept, and goes with the next transfer.
 */
import { compareVersions } from '../object/index.js';
import { emptyRecordView, type Storage } from '../storage/index.js';
import { PartitionScan } from './partition-scan.js';
import { type ChunkBuilder, readChunk } from './record-chunk.js';
import type { RecordSource } from './record-source.js';

export class FallbackSource implements RecordSource {
  readonly expectedRecords: number;
  readonly #storage: Storage;
  readonly #scan: PartitionScan;
  readonly #found = emptyRecordView();

  constructor(position: number, storage: Storage) {
    this.#storage = storage;
    this.#scan = new PartitionScan(position, storage);
    this.expectedRecords = storage.count;
  }

  get isExhausted(): boolean {
    return this.#scan.isAtEnd;
  }

  fill(chunk: ChunkBuilder): void {
    this.#scan.fill(chunk);
  }

  acknowledged(records: Buffer): void {
    const found = this.#found;
    readChunk(records, 0, records.length, (keyStart, keyEnd, sent) => {
      if (
        this.#storage.get(records, keyStart, keyEnd, found) &&
        compareVersions(sent.version, sent.versionOffset, found.version, found.versionOffset) === 0
      )
        this.#storage.delete(records, keyStart, keyEnd);
      return true;
    });
  }
}
