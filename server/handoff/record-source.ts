/** Where a transfer takes its records from, and what becomes of them when the receiver has them. */
import type { ChunkBuilder } from './record-chunk.js';

export interface RecordSource {
  /** The receiver takes the transfer. `dataId` names what it has: another one when it has lost it. */
  accepted(dataId: string): void;
  /**
   * Adds what comes next to the chunk, until that is full or there is nothing more for now. Throws an
   * UnreadableRecordError when a record is damaged: it is never left out silently.
   */
  fill(chunk: ChunkBuilder): void;
  /** There is nothing to send, for now. */
  readonly isExhausted: boolean;
  /** The records of the oldest chunk that was not acknowledged (record-chunk.ts) are durable at the receiver. */
  acknowledged(records: Buffer): void;
  /** The transfer has failed: what was not acknowledged is to be sent again. */
  failed(): void;
  /** About how many records there are to send altogether, for the progress. */
  readonly expectedRecords: number;
}

/** A source that goes on when all was sent, with what changes: until the receiver is the owner. */
export interface FollowingSource extends RecordSource {
  /** Marks what has changed so far. */
  mark(): number;
  /** Whether everything that had changed by then is durable at the receiver. */
  isPast(mark: number): boolean;
}

export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError';

  constructor(position: number) {
    super(`a record at position ${position} is damaged and cannot be sent`);
  }
}
