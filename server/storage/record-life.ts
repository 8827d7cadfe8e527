/** Whether a record has a value for whoever asks now: a tombstone has none, nor has one that has expired. */
import { isExpired } from '../object/expiry.js';
import type { RecordView } from './storage.js';

export function isAlive({ tombstone, expiresMs }: RecordView, nowMs: number): boolean {
  return !tombstone && !isExpired(expiresMs, nowMs);
}
