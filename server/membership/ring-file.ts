/**
 * The ring file: the cluster's state as a node last knew it, so that it comes back as the member that it was.
 * Each save is a new file; the last three are kept, and when the newest cannot be read, an older one is used: it
 * is merely older news of the same cluster. What a file holds is checked by a checksum and then word for word.
 *
 * A file is a line `rkv-ring <format> <checksum, 8 hex digits> <bytes>`, and that many bytes of JSON. The disk is
 * an argument: it must make a file appear whole or not at all, and durably.
 */
import { z } from 'zod';
import { isNodeName, type NodeName } from '../ring/index.js';
import type { ClusterState } from './cluster-state.js';
import { decodeState, encodeState } from './cluster-text.js';
import { MembershipError } from './membership-error.js';

/** One folder. Names have no path. Calls throw what the disk says. */
export interface RingDisk {
  list(): string[];
  read(name: string): Buffer;
  /** Returns when the file is there, whole and durable. */
  write(name: string, bytes: Buffer): void;
  remove(name: string): void;
}

export interface RingFileContent {
  readonly node: NodeName;
  /** Copies that this node's records have had: fewer than n while it makes more of them. */
  readonly copies: number;
  readonly state: ClusterState;
}

/** A file that was passed over, and why. */
export interface SkippedRingFile {
  readonly file: string;
  readonly why: string;
}

export const ringFilesKept = 3;
const format = 1;
const filePattern = /^ring-([0-9]{10})$/;
const contentSchema = z.object({
  node: z.string().refine(isNodeName),
  copies: z.int().min(1),
  state: z.unknown(),
});

export class RingFiles {
  readonly #disk: RingDisk;
  readonly #checksum: (bytes: Buffer) => number;
  #next = 1;

  constructor(disk: RingDisk, checksum: (bytes: Buffer) => number) {
    this.#disk = disk;
    this.#checksum = checksum;
  }

  /** The newest content that can be read, if there is any, and the newer files that cannot. */
  load(): { content: RingFileContent | undefined; skipped: SkippedRingFile[] } {
    const skipped: SkippedRingFile[] = [];
    const numbers = this.#numbers();
    this.#next = (numbers[0] ?? 0) + 1;
    for (const number of numbers) {
      const file = nameOf(number);
      try {
        return { content: decodeRingFile(this.#disk.read(file), this.#checksum), skipped };
      } catch (error) {
        skipped.push({ file, why: (error as Error).message });
      }
    }
    return { content: undefined, skipped };
  }

  /** Saves in a new file, and removes all but the last ones. Throws what the disk says; then nothing was lost. */
  save(content: RingFileContent): void {
    this.#disk.write(nameOf(this.#next), encodeRingFile(content, this.#checksum));
    this.#next++;
    for (const number of this.#numbers().slice(ringFilesKept)) this.#disk.remove(nameOf(number));
  }

  /** Newest first. */
  #numbers(): number[] {
    return this.#disk
      .list()
      .flatMap((file) => filePattern.exec(file)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  }
}

export function encodeRingFile(
  { node, copies, state }: RingFileContent,
  checksum: (bytes: Buffer) => number,
): Buffer {
  const body = Buffer.from(
    `{"node":${JSON.stringify(node)},"copies":${copies},"state":${encodeState(state)}}`,
  );
  const sum = checksum(body).toString(16).padStart(8, '0');
  return Buffer.concat([Buffer.from(`rkv-ring ${format} ${sum} ${body.length}\n`), body]);
}

/** Reads what encodeRingFile wrote; throws a MembershipError that says what is wrong. */
export function decodeRingFile(bytes: Buffer, checksum: (bytes: Buffer) => number): RingFileContent {
  const headEnd = bytes.indexOf(10);
  const head = /^rkv-ring ([0-9]+) ([0-9a-f]{8}) ([0-9]+)$/.exec(
    bytes.toString('latin1', 0, Math.max(headEnd, 0)),
  );
  if (head === null) throw wrong('it does not begin as a ring file does');
  if (Number(head[1]) !== format) throw wrong(`it has format ${head[1]}, and this version reads ${format}`);
  const body = bytes.subarray(headEnd + 1);
  if (body.length !== Number(head[3])) throw wrong(`it has ${body.length} bytes, and should have ${head[3]}`);
  if (checksum(body) !== Number.parseInt(head[2]!, 16)) throw wrong('its checksum is wrong');
  const content = contentSchema.safeParse(JSON.parse(body.toString()));
  if (!content.success) throw wrong('it lacks what a ring file has');
  const { node, copies, state } = content.data;
  return { node, copies, state: decodeState(JSON.stringify(state)) };
}

function nameOf(number: number): string {
  return `ring-${String(number).padStart(10, '0')}`;
}

function wrong(why: string): MembershipError {
  return new MembershipError('bad-state-text', `The ring file cannot be read: ${why}.`);
}
