/**
 * When a value ends: a time of the wall clock in milliseconds since 1970, or `neverExpires`. It is part of the
 * record, like its version, and travels with it everywhere. A record whose time has come reads as if it were a
 * tombstone; whoever asks decides that by a clock of its own, so clocks that differ see the end at other moments.
 */

/** The expiry of a value that stays. */
export const neverExpires = 0;

/** The size of an expiry, where a record has one. */
export const expiryBytes = 8;

/** The latest expiry: what a number holds exactly, some 285,000 years. Redis goes on to 2^63 - 1. */
export const expiryMsMax = Number.MAX_SAFE_INTEGER;

export function isExpired(expiresMs: number, nowMs: number): boolean {
  return expiresMs !== neverExpires && expiresMs <= nowMs;
}

/** Writes an expiry, big-endian, and returns where it ends. */
export function writeExpiry(target: Buffer, at: number, expiresMs: number): number {
  target.writeUInt32BE(Math.floor(expiresMs / 0x1_0000_0000), at);
  return target.writeUInt32BE(expiresMs % 0x1_0000_0000, at + 4);
}

export function readExpiry(source: Buffer, at: number): number {
  return source.readUInt32BE(at) * 0x1_0000_0000 + source.readUInt32BE(at + 4);
}
