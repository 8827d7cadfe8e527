/**
 * Copies records between the vnodes of this node, a little in each step: to the vnode at a position what those
 * around it hold of its keys.
 */

import type { RecordView } from '../storage/index.js';
import { ChunkBuilder, readChunk } from './record-chunk.js';
import { UnreadableRecordError } from './record-source.js';
import type { RepairSource } from './repair-source.js';

const chunkBytes = 64 * 1024;
/** Copies that wait at once; more are left for the next look. */
const copiesMax = 64;

interface OwnCopy {
  readonly position: number;
  readonly source: RepairSource;
}

export type ApplyRecord = (
  position: number,
  key: Buffer,
  keyStart: number,
  keyEnd: number,
  record: RecordView,
) => boolean;

export class OwnCopies {
  readonly #apply: ApplyRecord;
  readonly #copies: OwnCopy[] = [];

  constructor(apply: ApplyRecord) {
    this.#apply = apply;
  }

  get count(): number {
    return this.#copies.length;
  }

  add(position: number, source: RepairSource): void {
    if (this.#copies.length < copiesMax) this.#copies.push({ position, source });
  }

  step(): void {
    const [copy] = this.#copies;
    if (copy === undefined) return;
    const chunk = new ChunkBuilder(chunkBytes);
    try {
      copy.source.fill(chunk);
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) throw error;
      this.#copies.shift();
      return;
    }
    const { bytes } = chunk;
    readChunk(bytes, 0, bytes.length, (keyStart, keyEnd, record) =>
      this.#apply(copy.position, bytes, keyStart, keyEnd, record),
    );
    if (copy.source.isExhausted) this.#copies.shift();
  }
}
