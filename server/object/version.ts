/**
 * The version of a value: which write it is, and which of two writes is the later. 16 bytes, big-endian, so
 * that the order of the bytes is the order of the versions:
 *
 *   48 bits  milliseconds of the hybrid clock
 *   16 bits  counter within the millisecond
 *   32 bits  id of the node that coordinated the write
 *   32 bits  incarnation of that node, so that a node that lost its memory cannot issue a version again
 */

/** The size of a version. */
export const versionBytes = 16;

/** Negative, zero or positive, as the version at `a` is older than, the same as or newer than that at `b`. */
export function compareVersions(a: Buffer, aOffset: number, b: Buffer, bOffset: number): number {
  for (let i = 0; i < versionBytes; i++) {
    const difference = a[aOffset + i]! - b[bOffset + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The hybrid clock's milliseconds since 1970 in a version: about when it was written. */
export function versionMs(buffer: Buffer, offset: number): number {
  return buffer.readUIntBE(offset, 6);
}

/** A version for people and logs: `<ms>.<counter>@<node id, hex>#<incarnation>`. */
export function formatVersion(buffer: Buffer, offset: number): string {
  const counter = buffer.readUInt16BE(offset + 6);
  const nodeId = buffer
    .readUInt32BE(offset + 8)
    .toString(16)
    .padStart(8, '0');
  const incarnation = buffer.readUInt32BE(offset + 12);
  return `${versionMs(buffer, offset)}.${counter}@${nodeId}#${incarnation}`;
}
