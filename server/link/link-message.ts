/**
 * What nodes say to each other. Every message begins with 12 bytes, numbers big-endian:
 *
 *   0  kind    1  flags    2  position of the partition    4  slot    8  generation of the request
 *
 * and goes on, by kind:
 *
 *   put       version (16), key length (4), value length (4), key; with `flagExpires` the expiry (8); value
 *   putAck    -
 *   get       key length (4), key
 *   votePut   view (4): who votes on the key as the sender knows it; then as put
 *   voteGet   view (4), then as get
 *   getReply  version (16), value length (4); with `flagExpires` the expiry (8); value; all zero when the flags
 *             say missing or failed, and without a value when the get asked for none
 *   update    as put, its version zero: a change that depends on what is there, for the member that makes those of
 *             the key; a tombstone says that the value stays
 *   updateReply  length (4); the value that was there, or why the change failed
 *   hello     cluster id, node name, each behind one byte of length; position is the protocol version and
 *             slot the node's incarnation
 *   heartbeat -
 *   ringEpoch -: the requests behind it on this link were sent by that ring; slot and generation are the high
 *             and the low half of its epoch
 *   gossip    digest length (4), delta length (4), digest, delta: texts, either may be empty
 *   ask       length (4), text: something that only the member asked can do; slot and generation name it
 *   answer    length (4), text: what became of it
 *   transfer  content length (4), content; flags is the kind of transfer message, slot the transfer's number and
 *             generation the life of its sender (handoff/transfer-message.ts)
 *   scan, scanReply  see range-fields.ts
 */
import { type ByteRange, emptyRange } from '../byte-range.js';
import { expiryBytes, neverExpires, readExpiry, versionBytes } from '../object/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import { malformed, RangeFields } from './range-fields.js';

/** Nodes of another protocol version are refused; raised with every change that an older node would misread. */
export const linkProtocolVersion = 4;

export const messageKind = {
  hello: 1,
  heartbeat: 2,
  put: 3,
  putAck: 4,
  get: 5,
  getReply: 6,
  ringEpoch: 7,
  gossip: 8,
  ask: 9,
  answer: 10,
  transfer: 16,
  votePut: 17,
  voteGet: 18,
  update: 19,
  updateReply: 20,
  scan: 32,
  scanReply: 33,
} as const;

export const headerBytes = 12;

/** In put and getReply: the record is a tombstone. */
export const flagTombstone = 1;
/** In getReply: there is no record. */
export const flagMissing = 2;
/** In putAck and getReply: the vnode could not do it; nothing was changed. */
export const flagFailed = 4;
/** In putAck: the key had a value before, which was no tombstone. */
export const flagExisted = 8;
/** In putAck, with `flagFailed`: the disk failed, and what was to be written may be on it all the same. */
export const flagUncertain = 16;
/** In put and getReply: the value ends some time. */
export const flagExpires = 32;

/** In update: the change is made only if there is no value, or only if there is one. */
export const flagUpdateAbsent = 2;
export const flagUpdatePresent = 4;
/** In update: the reply is to tell the value that was there. */
export const flagUpdateReturnsOld = 8;
/** In update: the new value ends when the one that is there does. */
export const flagUpdateKeepsExpiry = 16;
/** In updateReply: the change was made. With `flagFailed` the two bits from the shift on are its code. */
export const flagUpdateStored = 1;
export const updateCodeShift = 3;

/** In get: the reply needs no value. */
export const getVersionOnly = 16;

/** How a node introduces itself, first of all on each link. */
export interface Hello {
  readonly protocolVersion: number;
  readonly incarnation: number;
  readonly clusterId: string;
  readonly nodeName: string;
}

/** The longest text of gossip, ask and answer: a state of 1024 members and partitions takes a tenth of it. */
export const textBytesMax = 4 * 1024 * 1024;

export { malformed };

/** One message at a time, as views into the frame that it came in. */
export class LinkMessage {
  kind = 0;
  flags = 0;
  position = 0;
  slot = 0;
  generation = 0;
  /** Of votePut and voteGet. */
  view = 0;
  /** Of put, update and get; of transfer and updateReply, the content. */
  readonly key: ByteRange = emptyRange();
  /** Of put, update and getReply. */
  readonly record: RecordView = emptyRecordView();
  /** Of scan and scanReply. */
  readonly range = new RangeFields();
  /** Of hello. */
  hello: Hello | undefined;
  /** Of gossip; empty if there is none. */
  digest = '';
  delta = '';
  /** Of ask and answer. */
  text = '';

  /** Of ringEpoch. */
  get ringEpoch(): number {
    return this.slot * 2 ** 32 + this.generation;
  }

  /** Reads the message at `at` of a frame's body that ends at `end`; returns where the next one begins. */
  read(body: Buffer, at: number, end: number): number {
    if (at + headerBytes > end) return malformed;
    this.kind = body[at]!;
    this.flags = body[at + 1]!;
    this.position = body.readUInt16BE(at + 2);
    this.slot = body.readUInt32BE(at + 4);
    this.generation = body.readUInt32BE(at + 8);
    const content = at + headerBytes;
    switch (this.kind) {
      case messageKind.put:
      case messageKind.update:
        return this.#readPut(body, content, end);
      case messageKind.votePut:
        if (content + 4 > end) return malformed;
        this.view = body.readUInt32BE(content);
        return this.#readPut(body, content + 4, end);
      case messageKind.voteGet:
        if (content + 8 > end) return malformed;
        this.view = body.readUInt32BE(content);
        return this.#readKey(body, content + 8, content + 8 + body.readUInt32BE(content + 4), end);
      case messageKind.get:
      case messageKind.transfer:
      case messageKind.updateReply:
        if (content + 4 > end) return malformed;
        return this.#readKey(body, content + 4, content + 4 + body.readUInt32BE(content), end);
      case messageKind.getReply:
        if (content + versionBytes + 4 > end) return malformed;
        return this.#readRecord(
          body,
          content,
          content + versionBytes + 4,
          body.readUInt32BE(content + versionBytes),
          end,
        );
      case messageKind.putAck:
      case messageKind.heartbeat:
      case messageKind.ringEpoch:
        return content;
      case messageKind.gossip:
        return this.#readGossip(body, content, end);
      case messageKind.ask:
      case messageKind.answer:
        return this.#readText(body, content, end);
      case messageKind.hello:
        return this.#readHello(body, content, end);
      case messageKind.scan:
        return this.range.readAsk(body, content, end);
      case messageKind.scanReply:
        return this.range.readReply(body, content, end);
      default:
        return malformed;
    }
  }

  #readPut(body: Buffer, at: number, end: number): number {
    const keyStart = at + versionBytes + 8;
    if (keyStart > end) return malformed;
    const keyEnd = this.#readKey(body, keyStart, keyStart + body.readUInt32BE(at + versionBytes), end);
    if (keyEnd === malformed) return malformed;
    return this.#readRecord(body, at, keyEnd, body.readUInt32BE(at + versionBytes + 4), end);
  }

  #readKey(body: Buffer, start: number, keyEnd: number, end: number): number {
    if (keyEnd > end) return malformed;
    this.key.bytes = body;
    this.key.start = start;
    this.key.end = keyEnd;
    return keyEnd;
  }

  #readRecord(body: Buffer, versionAt: number, valueAt: number, valueBytes: number, end: number): number {
    const { record } = this;
    const isExpiring = (this.flags & flagExpires) !== 0;
    const valueStart = isExpiring ? valueAt + expiryBytes : valueAt;
    if (valueStart + valueBytes > end) return malformed;
    record.expiresMs = isExpiring ? readExpiry(body, valueAt) : neverExpires;
    record.version = body;
    record.versionOffset = versionAt;
    record.tombstone = (this.flags & flagTombstone) !== 0;
    record.value = body;
    record.valueStart = valueStart;
    record.valueEnd = valueStart + valueBytes;
    return record.valueEnd;
  }

  #readGossip(body: Buffer, content: number, end: number): number {
    if (content + 8 > end) return malformed;
    const digestAt = content + 8;
    const deltaAt = digestAt + body.readUInt32BE(content);
    const next = deltaAt + body.readUInt32BE(content + 4);
    if (next > end || next - digestAt > textBytesMax) return malformed;
    this.digest = body.toString('utf8', digestAt, deltaAt);
    this.delta = body.toString('utf8', deltaAt, next);
    return next;
  }

  #readText(body: Buffer, content: number, end: number): number {
    if (content + 4 > end) return malformed;
    const next = content + 4 + body.readUInt32BE(content);
    if (next > end || next - content > textBytesMax) return malformed;
    this.text = body.toString('utf8', content + 4, next);
    return next;
  }

  #readHello(body: Buffer, content: number, end: number): number {
    const texts: string[] = [];
    let at = content;
    for (let i = 0; i < 2; i++) {
      if (at >= end || at + 1 + body[at]! > end) return malformed;
      texts.push(body.toString('utf8', at + 1, at + 1 + body[at]!));
      at += 1 + body[at]!;
    }
    const [clusterId, nodeName] = texts as [string, string];
    this.hello = { protocolVersion: this.position, incarnation: this.slot, clusterId, nodeName };
    return at;
  }
}
