/**
 * A chunk: records, packed one behind the other, as a transfer sends them and as the sender keeps them until the
 * receiver has acknowledged them. A record is
 *
 *   0  flags (1 = tombstone, 2 = expires)    1  version (16)    17  key length (4)    21  value length (4)
 *   25 key; the expiry (8), if it expires; value
 */
import { expiryBytes, neverExpires, readExpiry, versionBytes, writeExpiry } from '../object/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';

const flagTombstone = 1;
const flagExpires = 2;
const keyLengthAt = 1 + versionBytes;
export const chunkRecordHeaderBytes = keyLengthAt + 8;

/** What a record takes in a chunk. */
export function chunkRecordBytes(keyBytes: number, record: RecordView): number {
  const expiry = record.expiresMs === neverExpires ? 0 : expiryBytes;
  return chunkRecordHeaderBytes + keyBytes + expiry + record.valueEnd - record.valueStart;
}

/** Packs records, until it is full: then, and only then, `add` refuses. It takes one record whatever its size. */
export class ChunkBuilder {
  count = 0;
  readonly #bytesMax: number;
  #buffer: Buffer;
  #end = 0;
  #isFull = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#buffer = Buffer.allocUnsafe(bytesMax);
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  get bytesMax(): number {
    return this.#bytesMax;
  }

  /** The records so far. The buffer is theirs: a builder is used once. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  /** Copies a record into the chunk; false if it has no room for it. After that, nothing fits any more. */
  add(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): boolean {
    if (this.#isFull) return false;
    const keyBytes = keyEnd - keyStart;
    const bytes = chunkRecordBytes(keyBytes, record);
    if (this.#end + bytes > this.#bytesMax) {
      this.#isFull = true;
      if (this.count > 0) return false;
      this.#buffer = Buffer.allocUnsafe(bytes);
    }
    const buffer = this.#buffer;
    let at = this.#end;
    const isExpiring = record.expiresMs !== neverExpires;
    buffer[at] = (record.tombstone ? flagTombstone : 0) | (isExpiring ? flagExpires : 0);
    record.version.copy(buffer, at + 1, record.versionOffset, record.versionOffset + versionBytes);
    buffer.writeUInt32BE(keyBytes, at + keyLengthAt);
    buffer.writeUInt32BE(record.valueEnd - record.valueStart, at + keyLengthAt + 4);
    at += chunkRecordHeaderBytes;
    at += key.copy(buffer, at, keyStart, keyEnd);
    if (isExpiring) at = writeExpiry(buffer, at, record.expiresMs);
    at += record.value.copy(buffer, at, record.valueStart, record.valueEnd);
    this.#end = at;
    this.count++;
    return true;
  }
}

/**
 * Visits the records of a chunk in `bytes[start..end)`, as views into it. Returns how many there were, or -1 if
 * the bytes are no chunk; a visitor that returns false ends the walk, and -1 is returned, too.
 */
export function readChunk(
  bytes: Buffer,
  start: number,
  end: number,
  visit: (keyStart: number, keyEnd: number, record: RecordView) => boolean,
): number {
  const record: RecordView = { ...emptyRecordView(), version: bytes, value: bytes };
  let count = 0;
  let at = start;
  while (at < end) {
    if (at + chunkRecordHeaderBytes > end) return -1;
    const keyStart = at + chunkRecordHeaderBytes;
    const keyEnd = keyStart + bytes.readUInt32BE(at + keyLengthAt);
    record.tombstone = (bytes[at]! & flagTombstone) !== 0;
    record.versionOffset = at + 1;
    const isExpiring = (bytes[at]! & flagExpires) !== 0;
    record.valueStart = isExpiring ? keyEnd + expiryBytes : keyEnd;
    if (record.valueStart > end) return -1;
    record.expiresMs = isExpiring ? readExpiry(bytes, keyEnd) : neverExpires;
    record.valueEnd = record.valueStart + bytes.readUInt32BE(at + keyLengthAt + 4);
    if (record.valueEnd > end || !visit(keyStart, keyEnd, record)) return -1;
    at = record.valueEnd;
    count++;
  }
  return count;
}
