/** Copies of keys and records, for requests that outlive the chunk that they came in. */
import { type ByteRange, rangeOf } from '../byte-range.js';
import { compareVersions, versionBytes } from '../object/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';

export function copyOfRange({ bytes, start, end }: ByteRange): ByteRange {
  return rangeOf(Buffer.from(bytes.subarray(start, end)));
}

/** A record with buffers of its own. */
export function copyOfRecord({
  version,
  versionOffset,
  tombstone,
  value,
  valueStart,
  valueEnd,
}: RecordView): RecordView {
  return {
    version: Buffer.from(version.subarray(versionOffset, versionOffset + versionBytes)),
    versionOffset: 0,
    tombstone,
    value: Buffer.from(value.subarray(valueStart, valueEnd)),
    valueStart: 0,
    valueEnd: valueEnd - valueStart,
  };
}

/** A record's version alone, as a record without a value. */
export function copyOfVersion({ version, versionOffset, tombstone }: RecordView): RecordView {
  return {
    ...emptyRecordView(),
    version: Buffer.from(version.subarray(versionOffset, versionOffset + versionBytes)),
    tombstone,
  };
}

/** Negative, zero or positive, as `a` is older than, the same as or newer than `b`; no record is older than any. */
export function compareRecords(a: RecordView | undefined, b: RecordView | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  return compareVersions(a.version, a.versionOffset, b.version, b.versionOffset);
}
