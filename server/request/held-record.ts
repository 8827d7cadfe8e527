/** Keys of requests that outlive the chunk that they came in, and the order of records. */
import { type ByteRange, rangeOf } from '../byte-range.js';
import { compareVersions } from '../object/index.js';
import type { RecordView } from '../storage/index.js';

export function copyOfRange({ bytes, start, end }: ByteRange): ByteRange {
  return rangeOf(Buffer.from(bytes.subarray(start, end)));
}

/** Negative, zero or positive, as `a` is older than, the same as or newer than `b`; no record is older than any. */
export function compareRecords(a: RecordView | undefined, b: RecordView | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  return compareVersions(a.version, a.versionOffset, b.version, b.versionOffset);
}
