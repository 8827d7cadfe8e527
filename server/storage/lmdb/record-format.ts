/**
 * How a record looks on the disk, in the table as in the log:
 *
 *   table key  2 bytes position of the partition, then the key. Of a key above `keyBytesMax`, its first bytes
 *              and the SHA-256 of all of it: one byte longer than any short one, so that they never collide.
 *   record     1 byte flags, 1 byte format, 2 zero; 16 bytes version; in format 2 its expiry in 8 bytes,
 *              big-endian; for a long key its length in 4 bytes and the key; the value; 4 bytes CRC-32 of table
 *              key and record.
 *
 * Format 1 is of records that do not expire, so that what an older version of rkv has written reads as it is, and
 * an older version refuses what it would misread.
 *
 * The checksum covers the table key, so a record at the wrong key is as corrupt as one with a wrong byte.
 */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expiryBytes, neverExpires, readExpiry, writeExpiry } from '../../object/expiry.js';
import { versionBytes } from '../../object/version.js';
import type { RecordView } from '../storage.js';

/** The longest key that the table keeps whole. */
export const keyBytesMax = 1000;
/** Positions from here on are no partitions: the store's own records. */
export const positionsMax = 0xff00;

const positionBytes = 2;
const hashBytes = 32;
const longKeyBytes = keyBytesMax + 1;
const tombstoneFlag = 1;
const longKeyFlag = 2;
const stayingFormat = 1;
const expiringFormat = 2;
const versionAt = 4;
const bodyAt = versionAt + versionBytes;
const checksumBytes = 4;

/** The size of the table key of a key. */
export function tableKeyBytes(keyBytes: number): number {
  return positionBytes + (keyBytes > keyBytesMax ? longKeyBytes : keyBytes);
}

/** The size of a record, checksum included. */
export function recordBytes(
  keyBytes: number,
  { valueStart, valueEnd, expiresMs }: Pick<RecordView, 'valueStart' | 'valueEnd' | 'expiresMs'>,
): number {
  const longKey = keyBytes > keyBytesMax ? 4 + keyBytes : 0;
  const expiry = expiresMs === neverExpires ? 0 : expiryBytes;
  return bodyAt + expiry + longKey + valueEnd - valueStart + checksumBytes;
}

/** Writes the table key at `target[at..]`, and returns where it ends. */
export function writeTableKey(
  target: Buffer,
  at: number,
  position: number,
  key: Buffer,
  keyStart: number,
  keyEnd: number,
): number {
  target[at] = position >>> 8;
  target[at + 1] = position;
  const start = at + positionBytes;
  if (keyEnd - keyStart <= keyBytesMax) {
    key.copy(target, start, keyStart, keyEnd);
    return start + keyEnd - keyStart;
  }
  key.copy(target, start, keyStart, keyStart + longKeyBytes - hashBytes);
  const digest = hash('sha256', key.subarray(keyStart, keyEnd), 'buffer');
  digest.copy(target, start + longKeyBytes - hashBytes);
  return start + longKeyBytes;
}

/** Writes the record behind its table key, which begins at `keyAt`; returns where it ends. */
export function writeRecord(
  target: Buffer,
  keyAt: number,
  recordAt: number,
  key: { bytes: Buffer; start: number; end: number },
  record: RecordView,
): number {
  const isLong = recordAt - keyAt === positionBytes + longKeyBytes;
  target[recordAt] = (record.tombstone ? tombstoneFlag : 0) | (isLong ? longKeyFlag : 0);
  const isExpiring = record.expiresMs !== neverExpires;
  target[recordAt + 1] = isExpiring ? expiringFormat : stayingFormat;
  target[recordAt + 2] = 0;
  target[recordAt + 3] = 0;
  const { version, versionOffset } = record;
  for (let i = 0; i < versionBytes; i++) target[recordAt + versionAt + i] = version[versionOffset + i]!;
  let at = recordAt + bodyAt;
  if (isExpiring) at = writeExpiry(target, at, record.expiresMs);
  if (isLong) {
    at = target.writeUInt32LE(key.end - key.start, at);
    at += key.bytes.copy(target, at, key.start, key.end);
  }
  at += record.value.copy(target, at, record.valueStart, record.valueEnd);
  return target.writeUInt32LE(crc32(target.subarray(keyAt, at)), at);
}

/** Whether table key and record, one behind the other in `bytes[keyAt..end)`, are what was written. */
export function isIntact(bytes: Buffer, keyAt: number, recordAt: number, end: number): boolean {
  const format = bytes[recordAt + 1];
  if (format !== stayingFormat && format !== expiringFormat) return false;
  if (end - recordAt < bodyOf(bytes, recordAt) - recordAt + checksumBytes) return false;
  const checksum = bytes.readUInt32LE(end - checksumBytes);
  return crc32(bytes.subarray(keyAt, end - checksumBytes)) === checksum;
}

/** Points `out` at an intact record in `bytes[recordAt..end)`. */
export function viewRecord(bytes: Buffer, recordAt: number, end: number, out: RecordView): void {
  const flags = bytes[recordAt]!;
  let valueStart = bodyOf(bytes, recordAt);
  out.expiresMs =
    bytes[recordAt + 1] === expiringFormat ? readExpiry(bytes, recordAt + bodyAt) : neverExpires;
  if (flags & longKeyFlag) valueStart += 4 + bytes.readUInt32LE(valueStart);
  out.version = bytes;
  out.versionOffset = recordAt + versionAt;
  out.tombstone = (flags & tombstoneFlag) !== 0;
  out.value = bytes;
  out.valueStart = valueStart;
  out.valueEnd = end - checksumBytes;
}

/** Whether a record, perhaps a damaged one, says that it is no tombstone. */
export function isLive(bytes: Buffer, recordAt: number): boolean {
  return (bytes[recordAt]! & tombstoneFlag) === 0;
}

/** The key of an intact record, whose table key is `bytes[keyAt..recordAt)`. */
export function keyOf(bytes: Buffer, keyAt: number, recordAt: number): Buffer {
  if ((bytes[recordAt]! & longKeyFlag) === 0) return bytes.subarray(keyAt + positionBytes, recordAt);
  const start = bodyOf(bytes, recordAt) + 4;
  return bytes.subarray(start, start + bytes.readUInt32LE(start - 4));
}

/** Where a record goes on behind what has a fixed size. */
function bodyOf(bytes: Buffer, recordAt: number): number {
  return recordAt + bodyAt + (bytes[recordAt + 1] === expiringFormat ? expiryBytes : 0);
}
