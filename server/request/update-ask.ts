/**
 * A change of a value that depends on what is there: SET with NX, XX, GET or KEEPTTL, and GETEX. And how such a
 * change ends: exactly once, by an outcome.
 */
import type { ByteRange } from '../byte-range.js';
import { neverExpires } from '../object/index.js';
import { isAlive, type RecordView } from '../storage/index.js';
import { recordOf } from './record-of.js';
import type { FailureCode } from './request-outcome.js';

export interface UpdateAsk {
  /** What must be there for the change to be made. Where the value stays, one must be there in any case. */
  readonly condition: 'none' | 'absent' | 'present';
  /** The new value; undefined: the value that is there stays, and only its end changes. */
  readonly value: ByteRange | undefined;
  /** When the value ends, see object/expiry.ts; undefined: when the one that is there does. */
  readonly expiresMs: number | undefined;
  /** The outcome tells the value that was there. */
  readonly returnsOld: boolean;
}

export type UpdateOutcome =
  | {
      readonly kind: 'done';
      /** The condition was met, and enough members have the new record. */
      readonly isStored: boolean;
      /** The value that was there, if it was asked for and there was one. */
      readonly old: Buffer | undefined;
    }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly message: string };

/**
 * The record that the change makes of what is there now, as a view, its version not issued; undefined if nothing is
 * to be changed: the condition is not met, or all is as it should be.
 */
export function updatedRecord(
  { condition, value, expiresMs }: UpdateAsk,
  found: RecordView | undefined,
  nowMs: number,
): RecordView | undefined {
  const old = found !== undefined && isAlive(found, nowMs) ? found : undefined;
  const isMet = value === undefined || condition === 'present' ? old !== undefined : true;
  if (!isMet || (condition === 'absent' && old !== undefined)) return undefined;
  const oldExpiresMs = old?.expiresMs ?? neverExpires;
  const end = expiresMs ?? oldExpiresMs;
  if (value !== undefined) return recordOf(value, end);
  if (end === oldExpiresMs || old === undefined) return undefined;
  return recordOf({ bytes: old.value, start: old.valueStart, end: old.valueEnd }, end);
}
