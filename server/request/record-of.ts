/** Records to be written, as views of what a client has sent; their versions are not issued yet. */
import type { ByteRange } from '../byte-range.js';
import { neverExpires, versionBytes } from '../object/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';

/** A view of the value, which ends at `expiresMs`; without a value a tombstone. */
export function recordOf(value: ByteRange | undefined, expiresMs: number = neverExpires): RecordView {
  const record = {
    ...emptyRecordView(),
    version: Buffer.alloc(versionBytes),
    tombstone: value === undefined,
  };
  if (value !== undefined) {
    record.value = value.bytes;
    record.valueStart = value.start;
    record.valueEnd = value.end;
    record.expiresMs = expiresMs;
  }
  return record;
}
