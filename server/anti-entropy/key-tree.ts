/**
 * The Merkle tree of one vnode: digests of what it holds, so that two replicas find the records in which they
 * differ by saying little. The keys of each home partition (those of one preference list) have a tree of their
 * own: 1024 leaves, each for a share of the partition's keys, in 32 groups, under one root.
 *
 * A leaf is two sums over the keys and versions of its records, which do not depend on an order: one exclusive or,
 * one addition. So a write changes a leaf in a few steps, whatever the leaf holds, and groups and roots are worked
 * out when somebody asks. Two trees with equal leaves hold the same versions of the same keys, but for a chance of
 * one in 2^64.
 *
 * A tree takes 8 KiB for each home partition of which the vnode holds keys, at most n of them, whatever the number
 * of keys.
 *
 * Source: R. Merkle, 1987; the use for replicas is Dynamo's (DeCandia and others, 2007, 4.7).
 */
import { versionBytes } from '../object/index.js';
import type { KeyPlacement } from '../ring/index.js';
import type { RecordView } from '../storage/index.js';

const leafBits = 10;
/** Leaves of the tree of a home partition, and of each of its groups. */
export const leavesOfTree = 1 << leafBits;
export const leavesOfGroup = 32;
export const groupsOfTree = leavesOfTree / leavesOfGroup;

/** Of a leaf, a group or a whole tree. */
export interface TreeDigest {
  readonly xor: number;
  readonly sum: number;
}

export interface KeyTreeOptions {
  /** The position of the vnode. */
  readonly position: number;
  /** Copies of each key: the vnode holds keys of so many home partitions. */
  readonly n: number;
  readonly placement: KeyPlacement;
}

export class KeyTree {
  readonly #options: KeyTreeOptions;
  readonly #leafShift: number;
  readonly #homeShift: number;
  /** By how far the home is before the position: two words for each leaf. Made when the first key comes. */
  readonly #trees: (Int32Array | undefined)[];
  readonly #counts: Int32Array;

  constructor(options: KeyTreeOptions) {
    this.#options = options;
    const ringBits = Math.log2(options.placement.ringSize);
    this.#homeShift = 32 - ringBits;
    this.#leafShift = 32 - leafBits - ringBits;
    this.#trees = new Array<Int32Array | undefined>(options.n).fill(undefined);
    this.#counts = new Int32Array(options.n);
  }

  /** The record of a key changes; undefined: it has none before, or none after. */
  change(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    before: RecordView | undefined,
    after: RecordView | undefined,
  ): void {
    const { placement } = this.#options;
    const top = placement.topWord(key, keyStart, keyEnd);
    const step = (this.#options.position - ((top >>> this.#homeShift) + 1)) & (placement.ringSize - 1);
    // A key that does not belong on this partition: nobody compares it.
    if (step >= this.#trees.length) return;
    const tree = this.#trees[step] ?? this.#newTree(step);
    const leaf = ((top >>> this.#leafShift) & (leavesOfTree - 1)) * 2;
    if (before !== undefined) {
      mix(top | 0, placement.lowWord, before.version, before.versionOffset);
      tree[leaf]! ^= mixed[0]!;
      tree[leaf + 1]! -= mixed[1]!;
      this.#counts[step]!--;
    }
    if (after !== undefined) {
      mix(top | 0, placement.lowWord, after.version, after.versionOffset);
      tree[leaf]! ^= mixed[0]!;
      tree[leaf + 1]! += mixed[1]!;
      this.#counts[step]!++;
    }
  }

  /** Records of a home partition, tombstones included. */
  count(home: number): number {
    return this.#counts[this.#step(home)] ?? 0;
  }

  root(home: number): TreeDigest {
    return digestOf(this.#trees[this.#step(home)], 0, leavesOfTree);
  }

  groups(home: number): TreeDigest[] {
    const tree = this.#trees[this.#step(home)];
    return Array.from({ length: groupsOfTree }, (_, group) =>
      digestOf(tree, group * leavesOfGroup, leavesOfGroup),
    );
  }

  /** The leaves of a group. */
  leaves(home: number, group: number): TreeDigest[] {
    const tree = this.#trees[this.#step(home)];
    return Array.from({ length: leavesOfGroup }, (_, at) => digestOf(tree, group * leavesOfGroup + at, 1));
  }

  /** Whether two trees say the same of all home partitions. */
  equals(other: KeyTree): boolean {
    return this.#trees.every((tree, step) => {
      const theirs = other.#trees[step];
      for (let at = 0; at < leavesOfTree * 2; at++)
        if ((tree?.[at] ?? 0) !== (theirs?.[at] ?? 0)) return false;
      return this.#counts[step] === other.#counts[step];
    });
  }

  #step(home: number): number {
    const { position, placement } = this.#options;
    return (position - home) & (placement.ringSize - 1);
  }

  #newTree(step: number): Int32Array {
    const tree = new Int32Array(leavesOfTree * 2);
    this.#trees[step] = tree;
    return tree;
  }
}

/** What a record adds to the two sums of its leaf: of the two words of its key's hash, and its version. */
function mix(top: number, low: number, version: Buffer, at: number): void {
  let a = top;
  let b = low;
  for (let i = at; i < at + versionBytes; i += 4) {
    const word = version[i]! | (version[i + 1]! << 8) | (version[i + 2]! << 16) | (version[i + 3]! << 24);
    a = Math.imul(a ^ word, 0x5bd1e995);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, 0x2c1b3c6d);
    b ^= b >>> 13;
  }
  mixed[0] = Math.imul(a ^ b, 0x297a2d39) ^ b;
  mixed[1] = Math.imul(b, 0x45d9f3b) ^ a;
}

// Where `mix` leaves its results: an object per write would be garbage per write.
const mixed = new Int32Array(2);

/** The leaf of a key in the tree of its home partition. */
export function leafOf(placement: KeyPlacement, key: Buffer): number {
  const top = placement.topWord(key, 0, key.length);
  return (top >>> (32 - leafBits - Math.log2(placement.ringSize))) & (leavesOfTree - 1);
}

/** One leaf as it is; of several, a digest that depends on which of them has what. */
function digestOf(tree: Int32Array | undefined, first: number, leaves: number): TreeDigest {
  if (tree === undefined) return emptyDigest;
  if (leaves === 1) return { xor: tree[first * 2]! >>> 0, sum: tree[first * 2 + 1]! >>> 0 };
  let xor = 0;
  let sum = 0;
  for (let leaf = first; leaf < first + leaves; leaf++) {
    const [a, b] = [tree[leaf * 2]!, tree[leaf * 2 + 1]!];
    // A leaf without records adds nothing, so that a tree that was never made is equal to one that was emptied.
    if ((a | b) === 0) continue;
    xor ^= Math.imul(a ^ leaf, 0x2c1b3c6d);
    sum = (sum + Math.imul(b + leaf, 0x5bd1e995)) | 0;
  }
  return { xor: xor >>> 0, sum: sum >>> 0 };
}

export const emptyDigest: TreeDigest = { xor: 0, sum: 0 };

export function isSameDigest(a: TreeDigest, b: TreeDigest): boolean {
  return a.xor === b.xor && a.sum === b.sum;
}
