/**
 * What the two sides of a transfer say to each other. A message names the transfer by the number that its sender
 * gave it and by the life (incarnation) of that sender, so a message of a former life fits nothing. Contents:
 *
 *   begin   JSON, see TransferBegin: what is to be sent, and to whom exactly
 *   accept  JSON {dataId}: which data the receiver has; it changes when the receiver lost them
 *   refuse  JSON {code, why}: this transfer is not, or no longer, received
 *   chunk   sequence (4), count of records (4), records as in record-chunk.ts
 *   ack     sequence (4), count (4), digest (4): that chunk, and all before it, are durable
 *   end     chunks (4), count (4), digest (4) of all that was sent
 *   done    the same of all that was received, and is durable
 *   cancel  JSON {why}: the sender gives up
 *   alive   -
 *   ask     JSON {positions, part}: whoever gets it is to send what it holds of the keys of these partitions, or of
 *           a part of them, see LeafPart
 *   census  JSON {empty}: of these it holds nothing; the others it will send
 *   treeAsk what the tree of a vnode says, see anti-entropy/tree-message.ts; the answer has the same number
 *   tree    the answer
 *   reapAsk tombstones that are to be reaped, see reaping/reap-message.ts
 *   reapAnswer the answer, with the same number
 *
 * Numbers are big-endian. The digest of a transfer folds those of its chunks, in their order (foldDigest).
 */
import { z } from 'zod';
import { leavesOfTree } from '../anti-entropy/index.js';
import { type NodeName, nodeName } from '../ring/index.js';

export const transferMessageKind = {
  begin: 1,
  accept: 2,
  refuse: 3,
  chunk: 4,
  ack: 5,
  end: 6,
  done: 7,
  cancel: 8,
  alive: 9,
  ask: 10,
  census: 11,
  treeAsk: 12,
  tree: 13,
  reapAsk: 14,
  reapAnswer: 15,
} as const;

/** A message, its content as a view into the frame that it came in or into a buffer of its own. */
export interface TransferMessage {
  /** One of transferMessageKind. */
  readonly kind: number;
  /** The partition at the receiver. */
  readonly position: number;
  readonly id: number;
  /** The incarnation of the transfer's sender. */
  readonly life: number;
  readonly content: Buffer;
}

/**
 * - hinted: a fallback gives what it took to the owner.
 * - ownership: an owner gives its partition to the next owner.
 * - repair: a replica gives what another one may lack.
 */
export const transferKinds = ['hinted', 'ownership', 'repair'] as const;
export type TransferKind = (typeof transferKinds)[number];

const word = z.int().min(0).max(0xffffffff);
const name = z.string().transform((text): NodeName => nodeName(text));

const beginSchema = z.strictObject({
  kind: z.enum(transferKinds),
  clusterId: z.string().max(64),
  /** The receiver, as the sender sees it: its name and its incarnation. */
  target: name,
  targetLife: word,
  /** Of ownership: the epoch at which the transition was scheduled. */
  since: z.int().min(0),
});
export type TransferBegin = z.output<typeof beginSchema>;

/**
 * - wrong-target: the message was meant for another node, cluster or life.
 * - not-owner: the receiver does not own the partition, and shall not, as it sees the ring.
 * - busy: the receiver takes no more transfers at the moment.
 * - unknown: the receiver knows of no such transfer (any more).
 * - storage: the receiver could not store it.
 * - bad-chunk: what came is no chunk, or not the next one.
 */
const refusalCodes = ['wrong-target', 'not-owner', 'busy', 'unknown', 'storage', 'bad-chunk'] as const;
export type RefusalCode = (typeof refusalCodes)[number];
const refusalSchema = z.strictObject({ code: z.enum(refusalCodes), why: z.string().max(500) });
export type Refusal = z.output<typeof refusalSchema>;

const acceptSchema = z.strictObject({ dataId: z.string().max(100) });
const cancelSchema = z.strictObject({ why: z.string().max(500) });

const positions = z.array(z.int().min(0).max(0xffff)).max(0x10000);
const leaf = z
  .int()
  .min(0)
  .max(leavesOfTree - 1);
const partSchema = z.strictObject({
  home: z.int().min(0).max(0xffff),
  leaves: z.array(leaf).max(leavesOfTree),
});
const askSchema = z.strictObject({ positions, part: partSchema.optional() });
const censusSchema = z.strictObject({ empty: positions });

export const readBegin = (content: Buffer) => parsed(beginSchema, content);
export const readAccept = (content: Buffer) => parsed(acceptSchema, content);
export const readRefusal = (content: Buffer) => parsed(refusalSchema, content);
export const readCancel = (content: Buffer) => parsed(cancelSchema, content);
export const readAsk = (content: Buffer) => parsed(askSchema, content);
export const readCensus = (content: Buffer) => parsed(censusSchema, content);

/** The value that a JSON content holds; undefined if it holds no such thing. */
function parsed<T extends z.ZodType>(schema: T, content: Buffer): z.output<T> | undefined {
  try {
    return schema.safeParse(JSON.parse(content.toString())).data;
  } catch {
    // No JSON, or a name that is none.
    return undefined;
  }
}

export type JsonContent =
  | TransferBegin
  | Refusal
  | { dataId: string }
  | { why: string }
  | { positions: readonly number[]; part?: { home: number; leaves: number[] } }
  | { empty: readonly number[] };

export function jsonContent(value: JsonContent): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Of a chunk: what stands before its records. */
export const chunkHeaderBytes = 8;

/** How much was sent or received: of one chunk (then `number` is its sequence) or of all (how many chunks). */
export interface Tally {
  number: number;
  count: number;
  digest: number;
}

const tallyBytes = 12;

export function tallyContent({ number, count, digest }: Tally): Buffer {
  const content = Buffer.allocUnsafe(tallyBytes);
  content.writeUInt32BE(number, 0);
  content.writeUInt32BE(count, 4);
  content.writeUInt32BE(digest, 8);
  return content;
}

export function readTally(content: Buffer): Tally | undefined {
  if (content.length !== tallyBytes) return undefined;
  return {
    number: content.readUInt32BE(0),
    count: content.readUInt32BE(4),
    digest: content.readUInt32BE(8),
  };
}

/** The digest of a transfer with one more chunk: it depends on the order of the chunks. */
export function foldDigest(digest: number, chunkDigest: number): number {
  return (Math.imul(digest, 0x01000193) ^ chunkDigest) >>> 0;
}
