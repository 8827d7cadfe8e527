/**
 * Makes the copies that a growing cluster wants: a cluster of fewer members than n keeps one copy per member, and
 * when members join, what is there has fewer copies than what is written from then on. So each node gives its own
 * records the further copies, in its own vnodes of the next positions; from there handoff brings them to their
 * owners. Before that is done nothing is handed over, so that a partition takes all of its copies along.
 *
 * With n growing from 1 to 3, the record of a key at position 5 in vnode 5 is copied to vnodes 6 and 7. Records
 * in a vnode further from their key than the former n are such copies, or the leftovers of a larger cluster.
 */
import type { KeyPlacement } from '../ring/index.js';
import { copyOfRecord, type RecordView } from '../storage/index.js';
import { refused } from './vnode.js';
import type { VnodeTable } from './vnode-table.js';

export interface ReplicaSpreadOptions {
  vnodes: VnodeTable;
  placement: KeyPlacement;
  /** How many copies the records have that are there. */
  copies: number;
  /** So many records are looked at in one step: fewer make requests wait less. */
  recordsPerStep: number;
  onDone(copied: number, refused: number): void;
}

interface Copy {
  readonly key: Buffer;
  readonly record: RecordView;
}

export class ReplicaSpread {
  readonly #options: ReplicaSpreadOptions;
  /** Copies that every record has, and that it is to have. */
  #copies: number;
  #wanted: number;
  /** The vnode that is walked through, the last key that was passed in it, and the positions still to come. */
  #position: number | undefined;
  #after: Buffer | undefined;
  #todo: number[] = [];
  #copied = 0;
  #refused = 0;

  constructor(options: ReplicaSpreadOptions) {
    this.#options = options;
    this.#copies = options.copies;
    this.#wanted = options.copies;
  }

  /** Copies that every record here has had. */
  get copies(): number {
    return this.#copies;
  }

  get isBusy(): boolean {
    return this.#wanted > this.#copies;
  }

  /** The cluster wants so many copies from now on. */
  want(copies: number): void {
    if (copies === this.#wanted) return;
    this.#wanted = copies;
    this.#copies = Math.min(this.#copies, copies);
    this.#copied = 0;
    this.#refused = 0;
    this.#position = undefined;
    this.#after = undefined;
    this.#todo = this.isBusy ? this.#options.vnodes.running().map(({ position }) => position) : [];
    if (this.isBusy) this.step();
  }

  /** Goes on with some records; does nothing when all have their copies. */
  step(): void {
    if (!this.isBusy) return;
    let left = this.#options.recordsPerStep;
    while (left > 0) {
      this.#position ??= this.#todo.shift();
      if (this.#position === undefined) {
        this.#copies = this.#wanted;
        this.#options.onDone(this.#copied, this.#refused);
        return;
      }
      left -= this.#walk(this.#position, left);
    }
  }

  /** Passes up to `limit` records of a vnode; returns how many count against the limit. */
  #walk(position: number, limit: number): number {
    const { vnodes } = this.#options;
    const found: Copy[] = [];
    let passed: Buffer | undefined;
    let count = 1;
    const hasMore = vnodes.at(position).storage.scan(this.#after, limit, (key, record) => {
      count++;
      // The visitor must not write, and what it sees does not outlive it.
      passed = Buffer.from(key);
      if (this.#distance(passed, position) < this.#copies)
        found.push({ key: passed, record: copyOfRecord(record) });
    });
    for (const { key, record } of found) this.#copy(key, record);
    this.#after = passed;
    if (!hasMore) {
      this.#position = undefined;
      this.#after = undefined;
    }
    return count;
  }

  #copy(key: Buffer, record: RecordView): void {
    const { vnodes, placement } = this.#options;
    const first = placement.position(key, 0, key.length);
    for (let copy = this.#copies; copy < this.#wanted; copy++) {
      const vnode = vnodes.at((first + copy) % placement.ringSize);
      // Its owner may not have it.
      vnode.hasHints = true;
      if (vnode.merge(key, 0, key.length, record) === refused) this.#refused++;
      else this.#copied++;
    }
  }

  /** How many positions a vnode is behind the first one of a key. */
  #distance(key: Buffer, position: number): number {
    const { placement } = this.#options;
    const { ringSize } = placement;
    return (position - placement.position(key, 0, key.length) + ringSize) % ringSize;
  }
}
