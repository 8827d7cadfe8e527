/**
 * The table from key hashes to record addresses: an extendible hash table (Fagin and others, 1979). A segment
 * is an open-addressing table of pairs (hash, address); the top bits of a hash choose the segment through a
 * directory. A full segment doubles until it has `segmentSlotsMax` slots, and then splits in two. So growth
 * never moves more than one segment (a pause of some 20 us), and a table of few keys is a few hundred bytes.
 *
 * The table knows hashes, not keys: two keys may share a hash, and the caller tells them apart. Address 0 means
 * an empty slot. Segments do not shrink; an emptied table starts anew.
 */
import assert from 'node:assert/strict';

// A segment is [count, depth, hash, address, hash, address, ...]: depth is how many top bits its hashes share.
const countAt = 0;
const depthAt = 1;
const firstPairAt = 2;

const slotsMin = 16;
/** A walk in the order of hashes sorts the pairs of about so many slots at once: a scan often takes few. */
const slotsPerPart = 256;
/** The directory has at most 2^16 entries; beyond some 80 million keys, segments grow instead. */
const depthMax = 16;

export class KeyTable {
  readonly #segmentSlotsMax: number;
  #directory: Int32Array[] = [newSegment(slotsMin, 0)];
  #depth = 0;
  #count = 0;
  #bytes = segmentBytes(slotsMin);
  // The cursor: where the last find stands.
  #segment: Int32Array = this.#directory[0]!;
  #at = firstPairAt;
  #hash = 0;

  /** `segmentSlotsMax` is a power of two; higher makes the directory smaller and the longest pause longer. */
  constructor(segmentSlotsMax = 2048) {
    assert(segmentSlotsMax >= slotsMin && Number.isInteger(Math.log2(segmentSlotsMax)));
    this.#segmentSlotsMax = segmentSlotsMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of the segments and the directory. */
  get bytes(): number {
    return this.#bytes + this.#directory.length * 8;
  }

  /** The first address with this hash, where the cursor then stands; 0 if there is none. */
  find(hash: number): number {
    // Two shifts, since a shift by 32 shifts by nothing.
    const segment = this.#directory[(hash >>> 1) >>> (31 - this.#depth)]!;
    const mask = slotMask(segment);
    let at = firstPairAt + ((hash & mask) << 1);
    while (segment[at + 1] !== 0 && segment[at] !== hash) {
      at += 2;
      if (at === segment.length) at = firstPairAt;
    }
    this.#segment = segment;
    this.#at = at;
    this.#hash = hash;
    return segment[at + 1]!;
  }

  /** The next address with the hash of the last find; 0 if there is none. */
  findNext(): number {
    const segment = this.#segment;
    let at = this.#at;
    do {
      at += 2;
      if (at === segment.length) at = firstPairAt;
    } while (segment[at + 1] !== 0 && segment[at] !== this.#hash);
    this.#at = at;
    return segment[at + 1]!;
  }

  /** Replaces the address that the last find found. */
  replace(address: number): void {
    this.#segment[this.#at + 1] = address;
  }

  /** Adds an address under the hash of the last find, which came to its end without a match. */
  insert(address: number): void {
    const hash = this.#hash;
    let segment = this.#segment;
    // Four slots of five in use: probes stay short, since comparing hashes needs no look at the records.
    while ((segment[countAt]! + 1) * 5 > (slotMask(segment) + 1) * 4) {
      this.#grow(hash, segment);
      this.find(hash);
      while (this.#segment[this.#at + 1] !== 0) this.findNext();
      segment = this.#segment;
    }
    segment[this.#at] = hash;
    segment[this.#at + 1] = address;
    segment[countAt]!++;
    this.#count++;
  }

  /** Removes the entry that the last find found, and closes the gap: there are no tombstones in the table. */
  remove(): void {
    const segment = this.#segment;
    const mask = slotMask(segment);
    let gap = (this.#at - firstPairAt) >> 1;
    for (let slot = (gap + 1) & mask; ; slot = (slot + 1) & mask) {
      const at = firstPairAt + (slot << 1);
      if (segment[at + 1] === 0) break;
      // An entry may move into the gap unless its home lies behind the gap.
      const home = segment[at]! & mask;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      segment.copyWithin(firstPairAt + (gap << 1), at, at + 2);
      gap = slot;
    }
    segment[firstPairAt + (gap << 1) + 1] = 0;
    segment[countAt]!--;
    this.#count--;
  }

  /** All addresses, in no particular order. The table must not change meanwhile. */
  *addresses(): Generator<number> {
    let previous: Int32Array | undefined;
    for (const segment of this.#directory) {
      // The directory entries of one segment are neighbours.
      if (segment === previous) continue;
      previous = segment;
      for (let at = firstPairAt; at < segment.length; at += 2) {
        if (segment[at + 1] !== 0) yield segment[at + 1]!;
      }
    }
  }

  /**
   * What there is from a hash (unsigned) on, in the order of hashes and without an order among equal ones, some
   * hundred pairs at a time. The table must not change meanwhile.
   */
  *orderedFrom(hash: number): Generator<HashOrder> {
    let previous: Int32Array | undefined;
    for (let entry = (hash >>> 1) >>> (31 - this.#depth); entry < this.#directory.length; entry++) {
      const segment = this.#directory[entry]!;
      if (segment === previous) continue;
      previous = segment;
      // Hashes of a segment are even: those of an equal part of their range are about as many.
      const depth = segment[depthAt]!;
      const range = 2 ** (32 - depth);
      const first = Math.floor(entry / 2 ** (this.#depth - depth)) * range;
      const width = range / Math.max(1, (slotMask(segment) + 1) / slotsPerPart);
      for (let from = first; from < first + range; from += width)
        if (from + width > hash) yield new HashOrder(segment, Math.max(from, hash), from + width);
    }
  }

  /** Makes room in a segment by doubling or splitting it. */
  #grow(hash: number, segment: Int32Array): void {
    const slots = slotMask(segment) + 1;
    const depth = segment[depthAt]!;
    if (slots < this.#segmentSlotsMax || depth === depthMax) {
      const larger = newSegment(slots * 2, depth);
      moveAll(segment, larger, larger);
      this.#pointTo(hash, depth, larger, larger);
      this.#bytes += segmentBytes(slots * 2) - segmentBytes(slots);
      return;
    }
    if (depth === this.#depth) {
      this.#directory = this.#directory.flatMap((entry) => [entry, entry]);
      this.#depth++;
    }
    const lower = newSegment(slots, depth + 1);
    const upper = newSegment(slots, depth + 1);
    moveAll(segment, lower, upper);
    this.#pointTo(hash, depth, lower, upper);
    this.#bytes += segmentBytes(slots);
  }

  /** Points the directory entries that share `depth` top bits with `hash` half to `lower`, half to `upper`. */
  #pointTo(hash: number, depth: number, lower: Int32Array, upper: Int32Array): void {
    const entries = 1 << (this.#depth - depth);
    const first = ((hash >>> 1) >>> (31 - depth)) * entries;
    for (let i = 0; i < entries; i++) this.#directory[first + i] = i < entries / 2 ? lower : upper;
  }
}

/**
 * The pairs of a segment with hashes in a range, in their order: as numbers, made of hash and slot, so that a walk
 * that stops early has made no object for what it does not reach.
 */
export class HashOrder {
  readonly #segment: Int32Array;
  readonly #ordered: Float64Array;

  constructor(segment: Int32Array, from: number, to: number) {
    this.#segment = segment;
    const slots = slotMask(segment) + 1;
    if (scratch.length < slots) scratch = new Float64Array(slots);
    let count = 0;
    for (let slot = 0; slot < slots; slot++) {
      const at = firstPairAt + slot * 2;
      const hash = segment[at]! >>> 0;
      if (segment[at + 1] !== 0 && hash >= from && hash < to) scratch[count++] = hash * slots + slot;
    }
    this.#ordered = scratch.slice(0, count).sort();
  }

  get count(): number {
    return this.#ordered.length;
  }

  hashAt(index: number): number {
    return this.#segment[this.#pairAt(index)]! >>> 0;
  }

  addressAt(index: number): number {
    return this.#segment[this.#pairAt(index) + 1]!;
  }

  #pairAt(index: number): number {
    return firstPairAt + (this.#ordered[index]! % (slotMask(this.#segment) + 1)) * 2;
  }
}

/** Where pairs are gathered before they are sorted. */
let scratch = new Float64Array(slotsMin);

function newSegment(slots: number, depth: number): Int32Array {
  const segment = new Int32Array(firstPairAt + slots * 2);
  segment[depthAt] = depth;
  return segment;
}

function segmentBytes(slots: number): number {
  return (firstPairAt + slots * 2) * 4;
}

/** One less than the number of slots. */
function slotMask(segment: Int32Array): number {
  return (segment.length >> 1) - 2;
}

/** Moves a segment's entries to `lower` or `upper`, by the bit of the hash that follows those already shared. */
function moveAll(segment: Int32Array, lower: Int32Array, upper: Int32Array): void {
  const bit = 31 - segment[depthAt]!;
  for (let from = firstPairAt; from < segment.length; from += 2) {
    if (segment[from + 1] === 0) continue;
    const hash = segment[from]!;
    const target = (hash >>> bit) & 1 ? upper : lower;
    let at = firstPairAt + ((hash & slotMask(target)) << 1);
    while (target[at + 1] !== 0) {
      at += 2;
      if (at === target.length) at = firstPairAt;
    }
    target[at] = hash;
    target[at + 1] = segment[from + 1]!;
    target[countAt]!++;
  }
}
