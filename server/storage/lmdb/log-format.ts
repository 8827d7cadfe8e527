/**
 * How the log looks on the disk: groups, one behind the other. A group is what one write makes durable, and it
 * counts as a whole or not at all: its checksum covers all of it. Groups carry the incarnation of the store,
 * the generation (how often the log has changed files) and a sequence number, so that what an older use of the
 * file left behind is never taken for what comes next.
 *
 *   group      4 bytes magic, 4 CRC-32 of the rest, 4 size of the operations, 4 incarnation, 4 generation,
 *              6 sequence, 6 sequence up to which groups were flushed when this one was written, 8 zero
 *   operation  4 bytes size of what follows the table key, 2 size of the table key, 1 kind, 1 zero; table key;
 *              of a put the record
 */
import { crc32 } from 'node:zlib';

export const groupHeaderBytes = 40;
export const operationHeaderBytes = 8;

export const putKind = 1;
export const deleteKind = 2;

const magic = 0x474c4b56;

export interface GroupHeader {
  incarnation: number;
  generation: number;
  sequence: number;
  /** Groups up to this one were flushed when the group was written: if one is missing, the disk has lost it. */
  flushedSequence: number;
}

/** Some bytes of a group; the first range begins with room for the header. */
export interface ByteRange {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Fills in the header of a group. */
export function sealGroup(ranges: readonly ByteRange[], header: GroupHeader): void {
  const { bytes, start, end } = ranges[0]!;
  const total = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
  bytes.writeUInt32LE(magic, start);
  bytes.writeUInt32LE(total - groupHeaderBytes, start + 8);
  bytes.writeUInt32LE(header.incarnation, start + 12);
  bytes.writeUInt32LE(header.generation, start + 16);
  bytes.writeUIntLE(header.sequence, start + 20, 6);
  bytes.writeUIntLE(header.flushedSequence, start + 26, 6);
  bytes.fill(0, start + 32, start + groupHeaderBytes);
  let checksum = crc32(bytes.subarray(start + 8, end));
  for (const range of ranges.slice(1))
    checksum = crc32(range.bytes.subarray(range.start, range.end), checksum);
  bytes.writeUInt32LE(checksum, start + 4);
}

/** The group at an offset and where it ends, or undefined if there is no whole group. */
export function readGroup(log: Buffer, at: number): { header: GroupHeader; end: number } | undefined {
  if (at + groupHeaderBytes > log.length || log.readUInt32LE(at) !== magic) return undefined;
  const end = at + groupHeaderBytes + log.readUInt32LE(at + 8);
  if (end > log.length || crc32(log.subarray(at + 8, end)) !== log.readUInt32LE(at + 4)) return undefined;
  const header = {
    incarnation: log.readUInt32LE(at + 12),
    generation: log.readUInt32LE(at + 16),
    sequence: log.readUIntLE(at + 20, 6),
    flushedSequence: log.readUIntLE(at + 26, 6),
  };
  return { header, end };
}

/** All groups at or behind an offset, whatever lies between them: for finding out what a broken log has lost. */
export function* findGroups(log: Buffer, from: number): Generator<GroupHeader> {
  const pattern = Buffer.alloc(4);
  pattern.writeUInt32LE(magic);
  for (let at = log.indexOf(pattern, from); at >= 0; at = log.indexOf(pattern, at + 1)) {
    const group = readGroup(log, at);
    if (group !== undefined) yield group.header;
  }
}

/** Writes the header of an operation, and returns where its table key goes. */
export function writeOperationHeader(
  target: Buffer,
  at: number,
  kind: number,
  keyBytes: number,
  recordBytes: number,
): number {
  target.writeUInt32LE(recordBytes, at);
  target.writeUInt16LE(keyBytes, at + 4);
  target[at + 6] = kind;
  target[at + 7] = 0;
  return at + operationHeaderBytes;
}

/** Visits the operations of a group: where the table key begins, where the record does, and where it ends. */
export function forEachOperation(
  log: Buffer,
  groupAt: number,
  groupEnd: number,
  visit: (kind: number, keyAt: number, recordAt: number, end: number) => void,
): void {
  for (let at = groupAt + groupHeaderBytes; at < groupEnd; ) {
    const keyAt = at + operationHeaderBytes;
    const recordAt = keyAt + log.readUInt16LE(at + 4);
    const end = recordAt + log.readUInt32LE(at);
    visit(log[at + 6]!, keyAt, recordAt, end);
    at = end;
  }
}
