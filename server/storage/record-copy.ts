/** Records with buffers of their own, for those that must outlive the buffers that they came in. */
import { versionBytes } from '../object/version.js';
import type { RecordView } from './storage.js';

/** Version, value and all, copied. */
export function copyOfRecord(record: RecordView): RecordView {
  const { valueStart, valueEnd } = record;
  return {
    version: copyOfVersionBytes(record),
    versionOffset: 0,
    tombstone: record.tombstone,
    value: Buffer.from(record.value.subarray(valueStart, valueEnd)),
    valueStart: 0,
    valueEnd: valueEnd - valueStart,
    expiresMs: record.expiresMs,
  };
}

/** All but the value, copied: a record without one. */
export function copyWithoutValue(record: RecordView): RecordView {
  return {
    version: copyOfVersionBytes(record),
    versionOffset: 0,
    tombstone: record.tombstone,
    value: nothing,
    valueStart: 0,
    valueEnd: 0,
    expiresMs: record.expiresMs,
  };
}

function copyOfVersionBytes({ version, versionOffset }: RecordView): Buffer {
  return Buffer.from(version.subarray(versionOffset, versionOffset + versionBytes));
}

const nothing = Buffer.alloc(0);
