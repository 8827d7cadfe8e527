/**
 * The memory of a storage: blocks of bytes inside slabs, with no JavaScript object per block. Segregated fit
 * with boundary tags, as in Doug Lea's malloc: a freed block merges with its free neighbours at once, free
 * blocks wait in lists by size, and a slab that is wholly free is given back. So memory follows the records
 * when their sizes change, and every operation takes a bounded number of steps.
 *
 * Slabs grow with the heap, from 1 KiB to 256 KiB, since a node has many small vnodes. A block above 64 KiB is
 * a slab of its own. An address is the slab's number and the offset in units of 16 bytes, in 32 bits; 0 is none.
 *
 * Word 0 of a block is its size and two flags, and belongs to the heap; the rest is the user's. A free block
 * has the addresses of the next and previous one of its list in words 1 and 2, and its size again in the last.
 */
import { StorageError } from './storage-error.js';
import type { WordMemory } from './word-copy.js';

const offsetBits = 14;
const offsetMask = (1 << offsetBits) - 1;
const slabsMax = 1 << (32 - offsetBits);
const slabBytesMin = 1024;
const slabBytesMax = 16 << offsetBits;
const sharedBlockBytesMax = 64 * 1024;
const blockBytesMin = 32;

/** The largest block. */
export const blockBytesMax = 1 << 30;

const inUse = 1;
const previousInUse = 2;
const flags = 15;

const noMemory: WordMemory = { bytes: Buffer.alloc(0), words: new Int32Array(0) };

// Lists by size: one for each of the first 15 units of 16 bytes, then eight for each doubling.
const listCount = 16 + 8 * 11;

/** The number of the slab of an address. */
export function slabOf(address: number): number {
  return address >>> offsetBits;
}

/** The index of a block's first 32-bit word in its slab; four times that is its first byte. */
export function wordOf(address: number): number {
  return (address & offsetMask) << 2;
}

/** The bytes of a block, its first word included, from that word. */
export function blockBytes(firstWord: number): number {
  return firstWord & ~flags;
}

export class SlabHeap {
  /** The slabs by number: for reading and writing blocks, and nothing else. */
  readonly slabs: WordMemory[] = [noMemory];

  #bytesUsed = 0;
  #bytesReserved = 0;
  /** Of these, the bytes of slabs that blocks share: they decide how large the next one is. */
  #bytesShared = 0;
  #bytesListed = 0;
  readonly #heads = new Int32Array(listCount);
  /** A bit for each list that is not empty. */
  readonly #filled = new Int32Array(Math.ceil(listCount / 32));
  readonly #spareSlabs: number[] = [];
  // New blocks are cut from here: bytes [#fresh..end) of this slab have never been used, or are free again.
  #freshSlab = 0;
  #fresh = 0;

  /** Bytes of the blocks in use. */
  get bytesUsed(): number {
    return this.#bytesUsed;
  }

  /** Bytes of all slabs. */
  get bytesReserved(): number {
    return this.#bytesReserved;
  }

  /** The bytes that a block can hold, its first word included. */
  capacity(address: number): number {
    return blockBytes(this.slabs[slabOf(address)]!.words[wordOf(address)]!);
  }

  /** A block of at least this many bytes. Throws a StorageError when there is no room. */
  allocate(bytes: number): number {
    const size = bytes < blockBytesMin ? blockBytesMin : (bytes + 15) & ~15;
    let address = 0;
    if (bytes > sharedBlockBytesMax) {
      address = this.#newSlab(bytes > blockBytesMax ? bytes : size) << offsetBits;
      this.slabs[slabOf(address)]!.words[0] = size | inUse | previousInUse;
    } else {
      if (this.#bytesListed >= size) address = this.#takeListed(size);
      if (address === 0) address = this.#cutFresh(size);
    }
    this.#bytesUsed += this.capacity(address);
    return address;
  }

  /** Gives a block back. */
  free(address: number): void {
    const slab = slabOf(address);
    const words = this.slabs[slab]!.words;
    let start = wordOf(address);
    let size = words[start]! & ~flags;
    this.#bytesUsed -= size;
    if (size > sharedBlockBytesMax) {
      this.#releaseSlab(slab);
      return;
    }
    if ((words[start]! & previousInUse) === 0) {
      const before = words[start - 1]!;
      start -= before >> 2;
      size += before;
      this.#unlist(slab, start);
    }
    let end = start + (size >> 2);
    const limit = slab === this.#freshSlab ? this.#fresh >> 2 : words.length;
    if (end < limit && (words[end]! & inUse) === 0) {
      const behind = words[end]! & ~flags;
      this.#unlist(slab, end);
      size += behind;
      end += behind >> 2;
    }
    if (slab === this.#freshSlab && end === limit) this.#fresh = start << 2;
    else if (start === 0 && end === limit) this.#releaseSharedSlab(slab);
    else this.#list(slab, start, size, end < limit);
  }

  /** Takes a listed block that is large enough, and lists what is left of it; 0 if there is none. */
  #takeListed(size: number): number {
    const own = listOf(size);
    let address = this.#heads[own]!;
    // The lists of larger sizes are ranges: only the first of the block's own list is tried, to stay bounded.
    if (address === 0 || this.capacity(address) < size) {
      const larger = this.#nextFilled(own + 1);
      if (larger < 0) return 0;
      address = this.#heads[larger]!;
    }
    const slab = slabOf(address);
    const start = wordOf(address);
    const words = this.slabs[slab]!.words;
    const found = words[start]! & ~flags;
    this.#unlist(slab, start);
    const rest = found - size;
    const end = start + (found >> 2);
    const limit = slab === this.#freshSlab ? this.#fresh >> 2 : words.length;
    if (rest >= blockBytesMin) {
      words[start] = size | inUse | previousInUse;
      this.#list(slab, start + (size >> 2), rest, false);
    } else {
      words[start] = found | inUse | previousInUse;
      if (end < limit) words[end]! |= previousInUse;
    }
    return address;
  }

  #cutFresh(size: number): number {
    const slabBytes = this.slabs[this.#freshSlab]!.bytes.length;
    if (slabBytes - this.#fresh < size) this.#nextFreshSlab(size);
    const start = this.#fresh;
    this.#fresh = start + size;
    // What lies before is in use: a free block there would have become fresh again.
    this.slabs[this.#freshSlab]!.words[start >> 2] = size | inUse | previousInUse;
    return (this.#freshSlab << offsetBits) | (start >> 4);
  }

  #nextFreshSlab(size: number): void {
    const wanted = Math.max(slabBytesMin, Math.min(slabBytesMax, (this.#bytesShared >> 1) & ~15), size);
    const slab = this.#newSlab(wanted);
    this.#bytesShared += wanted;
    const [old, fresh] = [this.#freshSlab, this.#fresh];
    this.#freshSlab = slab;
    this.#fresh = 0;
    const rest = this.slabs[old]!.bytes.length - fresh;
    if (fresh === 0 && old !== 0) this.#releaseSharedSlab(old);
    else if (rest > 0) this.#list(old, fresh >> 2, rest, false);
  }

  #newSlab(size: number): number {
    const slab = this.#spareSlabs.pop() ?? this.slabs.length;
    if (slab >= slabsMax || size > blockBytesMax) {
      if (slab < this.slabs.length) this.#spareSlabs.push(slab);
      throw new StorageError('storage-full', `The memory storage has no room for a block of ${size} bytes.`, {
        definite: true,
      });
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    this.slabs[slab] = { bytes, words: new Int32Array(bytes.buffer, bytes.byteOffset, size >> 2) };
    this.#bytesReserved += size;
    return slab;
  }

  #releaseSharedSlab(slab: number): void {
    this.#bytesShared -= this.slabs[slab]!.bytes.length;
    this.#releaseSlab(slab);
  }

  #releaseSlab(slab: number): void {
    this.#bytesReserved -= this.slabs[slab]!.bytes.length;
    this.slabs[slab] = noMemory;
    this.#spareSlabs.push(slab);
  }

  /** Makes a free block of bytes whose neighbours are in use, and puts it first in its list. */
  #list(slab: number, start: number, size: number, hasNeighbour: boolean): void {
    const words = this.slabs[slab]!.words;
    const list = listOf(size);
    const address = (slab << offsetBits) | (start >> 2);
    const next = this.#heads[list]!;
    words[start] = size | previousInUse;
    words[start + 1] = next;
    words[start + 2] = 0;
    words[start + (size >> 2) - 1] = size;
    if (hasNeighbour) words[start + (size >> 2)]! &= ~previousInUse;
    if (next !== 0) this.slabs[slabOf(next)]!.words[wordOf(next) + 2] = address;
    this.#heads[list] = address;
    this.#filled[list >> 5]! |= 1 << (list & 31);
    this.#bytesListed += size;
  }

  #unlist(slab: number, start: number): void {
    const words = this.slabs[slab]!.words;
    const size = words[start]! & ~flags;
    const next = words[start + 1]!;
    const previous = words[start + 2]!;
    if (next !== 0) this.slabs[slabOf(next)]!.words[wordOf(next) + 2] = previous;
    if (previous !== 0) this.slabs[slabOf(previous)]!.words[wordOf(previous) + 1] = next;
    else {
      const list = listOf(size);
      this.#heads[list] = next;
      if (next === 0) this.#filled[list >> 5]! &= ~(1 << (list & 31));
    }
    this.#bytesListed -= size;
  }

  /** The first list from `list` on that is not empty, or -1. */
  #nextFilled(list: number): number {
    for (let word = list >> 5; word < this.#filled.length; word++) {
      const from = word === list >> 5 ? -1 << (list & 31) : -1;
      const bits = this.#filled[word]! & from;
      if (bits !== 0) return (word << 5) + 31 - Math.clz32(bits & -bits);
    }
    return -1;
  }
}

/** The list for blocks of a size: every block in a higher list is at least as large as any in a lower one. */
function listOf(size: number): number {
  const units = size >> 4;
  if (units < 16) return units;
  const doubling = 31 - Math.clz32(units);
  return 16 + (doubling - 4) * 8 + ((units >> (doubling - 3)) & 7);
}
