/**
 * The fields of the messages by which members read ranges of the ring, behind the header that all messages have.
 * Points are 8 bytes, all numbers big-endian:
 *
 *   scan       from (8), to (8), keys to look at (4), pattern length (4), pattern; flags: counts, has a pattern
 *   scanReply  covered (8), digest (8), keys looked at (4), records (4), live (4), length of the entries (4),
 *              entries; flags: failed with its reason, counts, mixed
 *
 * The position in the header is that of the responsible partition. What the entries are is coverage's to say.
 */
import { type ByteRange, emptyRange } from '../byte-range.js';

/** `read` returns this for bytes that are no message. */
export const malformed = -1;

/** In scan and scanReply: only numbers are asked for, or told. */
export const flagCounts = 1;
/** In scan: only keys that match are asked for. */
export const flagPattern = 2;
/** In scanReply: the member's vnodes do not agree on the count. */
export const flagMixed = 2;
/** In scanReply, with `flagFailed`: why. */
export const flagBusy = 16;
export const flagCostly = 32;

export const scanBytes = 24;
export const scanReplyBytes = 32;

export class RangeFields {
  from = 0;
  to = 0;
  visitedMax = 0;
  readonly pattern: ByteRange = emptyRange();
  covered = 0;
  digest = 0;
  visited = 0;
  records = 0;
  live = 0;
  readonly entries: ByteRange = emptyRange();

  readAsk(body: Buffer, at: number, end: number): number {
    if (at + scanBytes > end) return malformed;
    this.from = readPoint(body, at);
    this.to = readPoint(body, at + 8);
    this.visitedMax = body.readUInt32BE(at + 16);
    return pointTo(this.pattern, body, at + scanBytes, body.readUInt32BE(at + 20), end);
  }

  readReply(body: Buffer, at: number, end: number): number {
    if (at + scanReplyBytes > end) return malformed;
    this.covered = readPoint(body, at);
    this.digest = readPoint(body, at + 8);
    this.visited = body.readUInt32BE(at + 16);
    this.records = body.readUInt32BE(at + 20);
    this.live = body.readUInt32BE(at + 24);
    return pointTo(this.entries, body, at + scanReplyBytes, body.readUInt32BE(at + 28), end);
  }
}

/** Points the range at `bytes` bytes from `start` on; returns where they end. */
function pointTo(range: ByteRange, body: Buffer, start: number, bytes: number, end: number): number {
  if (start + bytes > end) return malformed;
  range.bytes = body;
  range.start = start;
  range.end = start + bytes;
  return range.end;
}

function readPoint(body: Buffer, at: number): number {
  return body.readUInt32BE(at) * 0x1_0000_0000 + body.readUInt32BE(at + 4);
}
