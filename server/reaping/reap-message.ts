/**
 * What members say to each other before tombstones are reaped. An ask is
 *
 *   0  1 to check, 2 to reap    1  length of the stamp (2)    3  stamp, and then the tombstones as a chunk of records
 *
 * with the stamp that the asked member has given (handoff/record-chunk.ts has the chunk; to check, the stamp is
 * empty). The answer to a check is JSON: the stamp of the member, see reap-votes.ts, and which of the tombstones, by
 * their places in the chunk, must stay; or why all must. To reap is not answered.
 */
import { z } from 'zod';

export interface ReapAsk {
  readonly reaps: boolean;
  readonly stamp: string;
  /** The tombstones, as a chunk. */
  readonly records: Buffer;
}

const answerSchema = z.union([
  z.strictObject({ stamp: z.string().max(200), kept: z.array(z.int().min(0)) }),
  z.strictObject({ why: z.string().max(200) }),
]);
export type ReapAnswer = z.output<typeof answerSchema>;

const headerBytes = 3;

export function reapAskContent({ reaps, stamp, records }: ReapAsk): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header[0] = reaps ? 2 : 1;
  header.writeUInt16BE(Buffer.byteLength(stamp), 1);
  return Buffer.concat([header, Buffer.from(stamp), records]);
}

export function readReapAsk(content: Buffer): ReapAsk | undefined {
  if (content.length < headerBytes || (content[0] !== 1 && content[0] !== 2)) return undefined;
  const stampEnd = headerBytes + content.readUInt16BE(1);
  if (stampEnd > content.length) return undefined;
  const stamp = content.toString('latin1', headerBytes, stampEnd);
  return { reaps: content[0] === 2, stamp, records: content.subarray(stampEnd) };
}

export function reapAnswerContent(answer: ReapAnswer): Buffer {
  return Buffer.from(JSON.stringify(answer));
}

export function readReapAnswer(content: Buffer): ReapAnswer | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(content.toString())).data;
  } catch {
    return undefined;
  }
}
