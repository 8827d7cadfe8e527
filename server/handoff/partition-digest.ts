/**
 * Digests of what vnodes hold, worked out bit by bit: of the keys of one home partition that a vnode holds, how
 * many there are, and two sums over their keys and versions that do not depend on an order. Two vnodes with the
 * same digest hold the same versions of the same keys, but for a chance of one in 2^64. Records that are younger
 * than a given time are left out: they may still be on their way.
 */
import { versionBytes, versionMs } from '../object/index.js';
import type { KeyPlacement } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';

export interface DigestAsk {
  /** The vnode that is looked at, and the partition whose keys count. */
  readonly position: number;
  readonly home: number;
  /** Versions above this time, in milliseconds of the wall clock, do not count. */
  readonly untilMs: number;
}

export interface PartitionDigest {
  count: number;
  xor: number;
  sum: number;
  /** Records that are damaged. */
  unreadable: number;
}

interface Job {
  readonly ask: DigestAsk;
  readonly done: (digest: PartitionDigest) => void;
  readonly digest: PartitionDigest;
  after: Buffer | undefined;
}

/** Digests that wait at once; more are not begun, and whoever asked asks again. */
const jobsMax = 256;

export class DigestJobs {
  readonly #vnodes: VnodeTable;
  readonly #placement: KeyPlacement;
  readonly #checksum: (bytes: Buffer) => number;
  readonly #jobs: Job[] = [];
  #scratch = Buffer.alloc(256);

  constructor(vnodes: VnodeTable, placement: KeyPlacement, checksum: (bytes: Buffer) => number) {
    this.#vnodes = vnodes;
    this.#placement = placement;
    this.#checksum = checksum;
  }

  /** Begins a digest, and calls back when it is done; not at all if too many wait. */
  begin(ask: DigestAsk, done: (digest: PartitionDigest) => void): void {
    if (this.#jobs.length >= jobsMax) return;
    this.#jobs.push({ ask, done, digest: { count: 0, xor: 0, sum: 0, unreadable: 0 }, after: undefined });
  }

  /** Looks at up to so many records. */
  step(recordsMax: number): void {
    let left = recordsMax;
    while (left > 0) {
      const job = this.#jobs[0];
      if (job === undefined) return;
      const looked = this.#look(job, left);
      left -= Math.max(looked.records, 1);
      if (looked.hasMore) continue;
      this.#jobs.shift();
      job.done(job.digest);
    }
  }

  #look(job: Job, recordsMax: number): { records: number; hasMore: boolean } {
    const { ask, digest } = job;
    // A vnode that does not run holds nothing, and is not made for this.
    const vnode = this.#vnodes.running().find(({ position }) => position === ask.position);
    if (vnode === undefined) return { records: 0, hasMore: false };
    let records = 0;
    let last: Buffer | undefined;
    const hasMore = vnode.storage.scan(
      job.after,
      recordsMax,
      (key, { version, versionOffset }) => {
        records++;
        last = key;
        if (versionMs(version, versionOffset) > ask.untilMs) return;
        if (this.#placement.position(key, 0, key.length) === ask.home)
          this.#add(digest, key, version, versionOffset);
      },
      () => {
        digest.unreadable++;
      },
    );
    if (last !== undefined) job.after = Buffer.from(last);
    return { records, hasMore };
  }

  #add(digest: PartitionDigest, key: Buffer, version: Buffer, versionOffset: number): void {
    const bytes = versionBytes + key.length;
    if (this.#scratch.length < bytes) this.#scratch = Buffer.alloc(bytes * 2);
    version.copy(this.#scratch, 0, versionOffset, versionOffset + versionBytes);
    key.copy(this.#scratch, versionBytes);
    const hash = this.#checksum(this.#scratch.subarray(0, bytes));
    digest.count++;
    digest.xor = (digest.xor ^ hash) >>> 0;
    // Not linear in the checksum, so that it tells apart what the other sum does not.
    digest.sum = (digest.sum + Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)) >>> 0;
  }
}

export function isSameDigest(a: PartitionDigest, b: PartitionDigest): boolean {
  return a.count === b.count && a.xor === b.xor && a.sum === b.sum;
}
