/**
 * Gathers the messages of one tick for one peer and frames them: one checksum and one write for all of them.
 * Layouts are in link-message.ts; a frame is
 *
 *   0  'R' 'K'    2  format version    3  zero    4  bytes of the body    8  checksum of the body    12  body
 *
 * A batch that becomes long is several frames in one buffer, so that a reader never has to hold much.
 */
import assert from 'node:assert/strict';
import type { ByteRange } from '../byte-range.js';
import { expiryBytes, neverExpires, versionBytes, writeExpiry } from '../object/index.js';
import type { RecordView } from '../storage/index.js';
import {
  flagExpires,
  flagTombstone,
  type Hello,
  headerBytes,
  messageKind,
  textBytesMax,
} from './link-message.js';
import { type RangeFields, scanBytes, scanReplyBytes } from './range-fields.js';

/** The checksum of some bytes, 32 bits unsigned: CRC-32 in every real link. */
export type Checksum = (bytes: Buffer) => number;

export const frameHeaderBytes = 12;
export const frameFormatVersion = 1;
export const frameMagic = 0x524b;
/** A frame is closed, and the next one begun, once its body is this long. Larger delays the reader's first message. */
export const frameBodyBytesSplit = 256 * 1024;
/** The longest body that is read: a split frame and one message with the largest key and value. */
export const frameBodyBytesMax = 20 * 1024 * 1024;

const bytesInitial = 16 * 1024;
const bytesKept = 1024 * 1024;

/** Names a request at its coordinator: a place in its table, and which of the place's requests it is. */
export interface RequestRef {
  slot: number;
  generation: number;
}

export class FrameWriter {
  readonly #checksum: Checksum;
  #buffer: Buffer = nothing;
  #end = 0;
  /** Where the current frame began; its header is filled in when it ends. */
  #frameStart = 0;

  constructor(checksum: Checksum) {
    this.#checksum = checksum;
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** Bytes gathered so far. */
  get length(): number {
    return this.#end;
  }

  /** A view of the finished frames, or undefined if there is none. Call `release` before writing again. */
  take(): Buffer | undefined {
    if (this.#end === 0) return undefined;
    this.#endFrame();
    return this.#buffer.subarray(0, this.#end);
  }

  /** Starts over: in the same buffer if nobody uses it any more, else in another. */
  release(bufferIsFree: boolean): void {
    this.#end = 0;
    this.#frameStart = 0;
    if (!bufferIsFree || this.#buffer.length > bytesKept) this.#buffer = nothing;
  }

  put(ref: RequestRef, position: number, key: ByteRange, record: RecordView): void {
    const keyBytes = key.end - key.start;
    const valueBytes = record.valueEnd - record.valueStart;
    const bytes = versionBytes + 8 + keyBytes + expiryBytesOf(record) + valueBytes;
    this.#header(messageKind.put, recordFlags(record), position, ref, bytes);
    this.#putContent(key, record);
  }

  votePut(ref: RequestRef, position: number, view: number, key: ByteRange, record: RecordView): void {
    const bytes = key.end - key.start + expiryBytesOf(record) + record.valueEnd - record.valueStart;
    this.#header(messageKind.votePut, recordFlags(record), position, ref, 4 + versionBytes + 8 + bytes);
    this.#u32(view);
    this.#putContent(key, record);
  }

  #putContent(key: ByteRange, record: RecordView): void {
    const keyBytes = key.end - key.start;
    const valueBytes = record.valueEnd - record.valueStart;
    this.#bytes(record.version, record.versionOffset, record.versionOffset + versionBytes);
    this.#u32(keyBytes);
    this.#u32(valueBytes);
    this.#bytes(key.bytes, key.start, key.end);
    this.#value(record);
  }

  putAck(ref: RequestRef, position: number, flags: number): void {
    this.#header(messageKind.putAck, flags, position, ref, 0);
  }

  get(ref: RequestRef, position: number, key: ByteRange, flags: number): void {
    this.#header(messageKind.get, flags, position, ref, 4 + key.end - key.start);
    this.#u32(key.end - key.start);
    this.#bytes(key.bytes, key.start, key.end);
  }

  voteGet(ref: RequestRef, position: number, view: number, key: ByteRange, flags: number): void {
    this.#header(messageKind.voteGet, flags, position, ref, 8 + key.end - key.start);
    this.#u32(view);
    this.#u32(key.end - key.start);
    this.#bytes(key.bytes, key.start, key.end);
  }

  getReply(ref: RequestRef, position: number, flags: number, record: RecordView): void {
    const valueBytes = record.valueEnd - record.valueStart;
    const told = flags | (record.expiresMs === neverExpires ? 0 : flagExpires);
    this.#header(
      messageKind.getReply,
      told,
      position,
      ref,
      versionBytes + 4 + expiryBytesOf(record) + valueBytes,
    );
    this.#bytes(record.version, record.versionOffset, record.versionOffset + versionBytes);
    this.#u32(valueBytes);
    this.#value(record);
  }

  /** `flags` says what the change depends on; the record's version does not matter. */
  update(ref: RequestRef, flags: number, key: ByteRange, record: RecordView): void {
    const bytes = key.end - key.start + expiryBytesOf(record) + record.valueEnd - record.valueStart;
    const told = flags | (record.expiresMs === neverExpires ? 0 : flagExpires);
    this.#header(messageKind.update, told, 0, ref, versionBytes + 8 + bytes);
    this.#putContent(key, record);
  }

  updateReply(ref: RequestRef, flags: number, content: Buffer): void {
    this.#header(messageKind.updateReply, flags, 0, ref, 4 + content.length);
    this.#u32(content.length);
    this.#bytes(content, 0, content.length);
  }

  hello(hello: Hello): void {
    const texts = [hello.clusterId, hello.nodeName].map((text) => Buffer.from(text));
    const bytes = texts.reduce((sum, text) => sum + 1 + text.length, 0);
    const ref = { slot: hello.incarnation, generation: 0 };
    this.#header(messageKind.hello, 0, hello.protocolVersion, ref, bytes);
    for (const text of texts) {
      assert(text.length < 256);
      this.#buffer[this.#end++] = text.length;
      this.#bytes(text, 0, text.length);
    }
  }

  /** What follows on this link was sent by the ring with this epoch. */
  ringEpoch(epoch: number): void {
    const ref = { slot: Math.floor(epoch / 2 ** 32), generation: epoch % 2 ** 32 };
    this.#header(messageKind.ringEpoch, 0, 0, ref, 0);
  }

  /** Either may be empty. */
  gossip(digest: string, delta: string): void {
    const texts = [Buffer.from(digest), Buffer.from(delta)] as const;
    const bytes = texts[0].length + texts[1].length;
    assert(bytes <= textBytesMax, `gossip of ${bytes} bytes`);
    this.#header(messageKind.gossip, 0, 0, noRequest, 8 + bytes);
    for (const text of texts) this.#u32(text.length);
    for (const text of texts) this.#bytes(text, 0, text.length);
  }

  ask(ref: RequestRef, text: string): void {
    this.#text(messageKind.ask, ref, text);
  }

  answer(ref: RequestRef, text: string): void {
    this.#text(messageKind.answer, ref, text);
  }

  #text(kind: number, ref: RequestRef, text: string): void {
    const bytes = Buffer.from(text);
    assert(bytes.length < textBytesMax, `a text of ${bytes.length} bytes`);
    this.#header(kind, 0, 0, ref, 4 + bytes.length);
    this.#u32(bytes.length);
    this.#bytes(bytes, 0, bytes.length);
  }

  /** What one side of a transfer says to the other. */
  transfer(kind: number, position: number, ref: RequestRef, content: Buffer): void {
    this.#header(messageKind.transfer, kind, position, ref, 4 + content.length);
    this.#u32(content.length);
    this.#bytes(content, 0, content.length);
  }

  /** Asks for keys of a range; `ask` without its `pattern` if there is none. */
  scan(ref: RequestRef, position: number, flags: number, ask: RangeFields): void {
    const { pattern } = ask;
    const patternBytes = pattern.end - pattern.start;
    this.#header(messageKind.scan, flags, position, ref, scanBytes + patternBytes);
    this.#point(ask.from);
    this.#point(ask.to);
    this.#u32(ask.visitedMax);
    this.#u32(patternBytes);
    this.#bytes(pattern.bytes, pattern.start, pattern.end);
  }

  scanReply(ref: RequestRef, position: number, flags: number, reply: RangeFields): void {
    const { entries } = reply;
    const entryBytes = entries.end - entries.start;
    this.#header(messageKind.scanReply, flags, position, ref, scanReplyBytes + entryBytes);
    this.#point(reply.covered);
    this.#point(reply.digest);
    this.#u32(reply.visited);
    this.#u32(reply.records);
    this.#u32(reply.live);
    this.#u32(entryBytes);
    this.#bytes(entries.bytes, entries.start, entries.end);
  }

  heartbeat(): void {
    this.#header(messageKind.heartbeat, 0, 0, noRequest, 0);
  }

  /** Begins a message, and a frame if none is open; leaves room for the message's `bytes` more. */
  #header(kind: number, flags: number, position: number, ref: RequestRef, bytes: number): void {
    this.#reserve(frameHeaderBytes * 2 + headerBytes + bytes);
    if (this.#end - this.#frameStart > frameBodyBytesSplit) this.#endFrame();
    if (this.#end === this.#frameStart) this.#end += frameHeaderBytes;
    const buffer = this.#buffer;
    const at = this.#end;
    buffer[at] = kind;
    buffer[at + 1] = flags;
    buffer[at + 2] = position >>> 8;
    buffer[at + 3] = position;
    this.#end = at + 4;
    this.#u32(ref.slot);
    this.#u32(ref.generation);
  }

  #endFrame(): void {
    const bodyStart = this.#frameStart + frameHeaderBytes;
    const checksum = this.#checksum(this.#buffer.subarray(bodyStart, this.#end));
    const bodyBytes = this.#end - bodyStart;
    const end = this.#end;
    this.#end = this.#frameStart;
    this.#u32(((frameMagic << 16) | (frameFormatVersion << 8)) >>> 0);
    this.#u32(bodyBytes);
    this.#u32(checksum);
    this.#end = end;
    this.#frameStart = end;
  }

  #value(record: RecordView): void {
    if (record.expiresMs !== neverExpires) this.#end = writeExpiry(this.#buffer, this.#end, record.expiresMs);
    this.#bytes(record.value, record.valueStart, record.valueEnd);
  }

  #point(point: number): void {
    this.#u32(Math.floor(point / 0x1_0000_0000));
    this.#u32(point % 0x1_0000_0000);
  }

  #u32(value: number): void {
    const buffer = this.#buffer;
    const at = this.#end;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
    this.#end = at + 4;
  }

  #bytes(source: Buffer, start: number, end: number): void {
    if (end - start < 48) {
      const buffer = this.#buffer;
      let to = this.#end;
      for (let from = start; from < end; from++) buffer[to++] = source[from]!;
      this.#end = to;
    } else {
      this.#end += source.copy(this.#buffer, this.#end, start, end);
    }
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2, bytesInitial));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

function recordFlags({ tombstone, expiresMs }: RecordView): number {
  return (tombstone ? flagTombstone : 0) | (expiresMs === neverExpires ? 0 : flagExpires);
}

function expiryBytesOf({ expiresMs }: RecordView): number {
  return expiresMs === neverExpires ? 0 : expiryBytes;
}

const nothing = Buffer.alloc(0);

/** No request, for messages that want no answer. */
export const noRequest: RequestRef = { slot: 0xffffffff, generation: 0 };
