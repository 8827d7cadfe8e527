/**
 * An operation that is in the log, or on its way there, and not yet in the table: what a get must see although
 * the table does not have it. Its bytes are the log's own, so nothing is held twice.
 */
import type { PartitionStatistics } from './partition-statistics.js';

export interface PendingRecord {
  /** The table key without the position, as the overlay's map is keyed. */
  readonly mapKey: string;
  readonly isDelete: boolean;
  readonly isLive: boolean;
  /** Table key `bytes[keyAt..recordAt)` and record `bytes[recordAt..end)`. */
  readonly bytes: Buffer;
  readonly keyAt: number;
  readonly recordAt: number;
  readonly end: number;
  /** The group of the log that it is in. */
  readonly sequence: number;
  /** The next operation on the key. */
  supersededBy: PendingRecord | undefined;
  /** What it replaced in the overlay, until its group is written: to go back to when that fails. */
  previous: PendingRecord | undefined;
  /** The table has it by now. */
  isInTable: boolean;
  /** By how much the partition's statistics changed with it, and with those that it makes unnecessary. */
  readonly change: PartitionStatistics;
}
