/** Where a transfer takes its records from, and what becomes of them when the receiver has them. */
import type { ChunkBuilder } from './record-chunk.js';

export interface RecordSource {
  /**
   * Adds what comes next to the chunk, until that is full or there is nothing more for now. Throws an
   * UnreadableRecordError when a record is damaged: it is never left out silently.
   */
  fill(chunk: ChunkBuilder): void;
  /** There is nothing to send, for now. */
  readonly isExhausted: boolean;
  /** The records of a chunk (record-chunk.ts), which were filled in before, are durable at the receiver. */
  acknowledged(records: Buffer): void;
  /** About how many records there are to send altogether, for the progress. */
  readonly expectedRecords: number;
}

export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError';

  constructor(position: number) {
    super(`a record at position ${position} is damaged and cannot be sent`);
  }
}
