/**
 * The storage that keeps records in memory only (the tutorial's ETS table): the fastest, and gone with the
 * process. A table of hashes (key-table.ts) points into a heap of bytes (slab-heap.ts), so a record is no
 * JavaScript object and the garbage collector has nothing to walk.
 *
 * A record is one block: the heap's word, key length, value length * 4 + flags, the version in four words, the
 * key, from the next multiple of four on the expiry in two words if the flags say so, and the value.
 */
import assert from 'node:assert/strict';
import { expiryBytes, neverExpires } from '../object/expiry.js';
import { versionBytes } from '../object/version.js';
import { type HashSeed, hashKey } from './key-hash.js';
import { type HashOrder, KeyTable } from './key-table.js';
import { blockBytes, blockBytesMax, SlabHeap, slabOf, wordOf } from './slab-heap.js';
import { emptyRecordView, type RecordView, type Storage } from './storage.js';
import { StorageError } from './storage-error.js';
import { copyToWords, equalsWords, type WordMemory } from './word-copy.js';

export interface MemoryStorageOptions {
  /** The secret of the key hash: random, unless a run must repeat exactly. Default: a fixed one, for tests. */
  hashSeed?: HashSeed;
  /** See KeyTable. */
  segmentSlotsMax?: number;
}

const keyLengthWord = 1;
const valueLengthWord = 2;
const versionWord = 3;
const keyWord = 7;

const tombstoneFlag = 1;
const expiresFlag = 2;
const expiryWords = expiryBytes / 4;

export class MemoryStorage implements Storage {
  readonly #seedLow: number;
  readonly #seedHigh: number;
  readonly #segmentSlotsMax: number | undefined;
  #heap = new SlabHeap();
  #table: KeyTable;
  #liveCount = 0;
  /** The record that the table's cursor stands at, or 0: so that a put after a get of its key need not search. */
  #found = 0;
  /** Where the key of #found began in the caller's buffer: a different place is hardly the same key. */
  #foundKeyStart = 0;
  #isVisiting = false;

  constructor(options: MemoryStorageOptions = {}) {
    this.#seedLow = options.hashSeed?.low ?? 0;
    this.#seedHigh = options.hashSeed?.high ?? 0;
    this.#segmentSlotsMax = options.segmentSlotsMax;
    this.#table = new KeyTable(this.#segmentSlotsMax);
  }

  get count(): number {
    return this.#table.count;
  }

  get liveCount(): number {
    return this.#liveCount;
  }

  /** Bytes of the records and of the table. */
  get bytesUsed(): number {
    return this.#heap.bytesUsed + this.#table.bytes;
  }

  /** Bytes taken from the system: bytesUsed, and what is free in between. */
  get bytesReserved(): number {
    return this.#heap.bytesReserved + this.#table.bytes;
  }

  isEmpty(): boolean {
    return this.#table.count === 0;
  }

  get(key: Buffer, keyStart: number, keyEnd: number, out: RecordView): boolean {
    const address = this.#find(key, keyStart, keyEnd);
    if (address === 0) return false;
    this.#view(address, out);
    return true;
  }

  put(key: Buffer, keyStart: number, keyEnd: number, record: RecordView): void {
    if (this.#isVisiting) assert.fail('a visitor must not change the storage');
    let old = keyStart === this.#foundKeyStart ? this.#found : 0;
    if (old === 0 || !this.#hasKey(old, key, keyStart, keyEnd)) old = this.#find(key, keyStart, keyEnd);
    const bytes = recordBytes(keyEnd - keyStart, record);
    if (old === 0) {
      this.#table.insert(this.#newRecord(bytes, key, keyStart, keyEnd, record));
      this.#liveCount += record.tombstone ? 0 : 1;
      return;
    }
    const slab = this.#heap.slabs[slabOf(old)]!;
    const word = wordOf(old);
    const oldFlags = slab.words[word + valueLengthWord]!;
    const capacity = blockBytes(slab.words[word]!);
    // A record that shrinks to less than half moves too, or a deleted large value would keep its room; and one that
    // gets an expiry, since its value may be a view of the old one, which begins before.
    const isInPlace = record.expiresMs === neverExpires || (oldFlags & expiresFlag) !== 0;
    if (isInPlace && bytes <= capacity && bytes * 2 >= capacity) {
      writeRecord(slab, word, keyEnd - keyStart, record);
    } else {
      const address = this.#newRecord(bytes, key, keyStart, keyEnd, record);
      this.#table.replace(address);
      this.#found = address;
      // Only now, since the record to write may be a view of the old one.
      this.#heap.free(old);
    }
    this.#liveCount += (oldFlags & tombstoneFlag) - (record.tombstone ? 1 : 0);
  }

  delete(key: Buffer, keyStart: number, keyEnd: number): boolean {
    if (this.#isVisiting) assert.fail('a visitor must not change the storage');
    const address = this.#find(key, keyStart, keyEnd);
    if (address === 0) return false;
    this.#liveCount -= this.#isTombstone(address) ? 0 : 1;
    this.#table.remove();
    this.#heap.free(address);
    this.#found = 0;
    // A partition that was handed off gives everything back.
    if (this.#table.count === 0) this.dispose();
    return true;
  }

  reduce<A>(visit: (accumulator: A, key: Buffer, record: RecordView) => A, initial: A): A {
    const view = emptyRecordView();
    let accumulator = initial;
    const wasVisiting = this.#isVisiting;
    this.#isVisiting = true;
    try {
      for (const address of this.#table.addresses()) {
        this.#view(address, view);
        accumulator = visit(accumulator, this.#keyAt(address), view);
      }
    } finally {
      this.#isVisiting = wasVisiting;
    }
    return accumulator;
  }

  /** In the order of the key's hash, and of the bytes of keys that share one. */
  scan(after: Buffer | undefined, limit: number, visit: (key: Buffer, record: RecordView) => void): boolean {
    const afterHash = after && hashKey(after, 0, after.length, this.#seedLow, this.#seedHigh) >>> 0;
    const view = emptyRecordView();
    let visited = 0;
    const wasVisiting = this.#isVisiting;
    this.#isVisiting = true;
    try {
      for (const order of this.#table.orderedFrom(afterHash ?? 0)) {
        for (let first = 0, end = 0; first < order.count; first = end) {
          const hash = order.hashAt(first);
          for (end = first + 1; end < order.count && order.hashAt(end) === hash; ) end++;
          for (const { address, key } of this.#ofOneHash(order, first, end)) {
            if (hash === afterHash && Buffer.compare(key, after!) <= 0) continue;
            if (visited === limit) return true;
            this.#view(address, view);
            visit(key, view);
            visited++;
          }
        }
      }
    } finally {
      this.#isVisiting = wasVisiting;
    }
    return false;
  }

  follows(after: Buffer, key: Buffer, keyStart: number, keyEnd: number): boolean {
    const [low, high] = [this.#seedLow, this.#seedHigh];
    const afterHash = hashKey(after, 0, after.length, low, high) >>> 0;
    const hash = hashKey(key, keyStart, keyEnd, low, high) >>> 0;
    return (
      hash > afterHash || (hash === afterHash && key.compare(after, 0, after.length, keyStart, keyEnd) > 0)
    );
  }

  isDurable(): boolean {
    return true;
  }

  sync(done: (error?: Error) => void): void {
    done();
  }

  dispose(): void {
    this.#heap = new SlabHeap();
    this.#table = new KeyTable(this.#segmentSlotsMax);
    this.#liveCount = 0;
    this.#found = 0;
  }

  /** In the order of keys; nearly always there is one. */
  #ofOneHash(order: HashOrder, first: number, end: number): { address: number; key: Buffer }[] {
    const found: { address: number; key: Buffer }[] = [];
    for (let i = first; i < end; i++) {
      const address = order.addressAt(i);
      found.push({ address, key: this.#keyAt(address) });
    }
    return found.length === 1 ? found : found.sort((a, b) => Buffer.compare(a.key, b.key));
  }

  /** The address of a key's record, or 0; the table's cursor then stands at it, or where it would be inserted. */
  #find(key: Buffer, start: number, end: number): number {
    const hash = hashKey(key, start, end, this.#seedLow, this.#seedHigh);
    let address = this.#table.find(hash);
    while (address !== 0 && !this.#hasKey(address, key, start, end)) address = this.#table.findNext();
    this.#found = address;
    this.#foundKeyStart = start;
    return address;
  }

  #hasKey(address: number, key: Buffer, start: number, end: number): boolean {
    const slab = this.#heap.slabs[slabOf(address)]!;
    const word = wordOf(address);
    return (
      slab.words[word + keyLengthWord] === end - start && equalsWords(slab, word + keyWord, key, start, end)
    );
  }

  #keyAt(address: number): Buffer {
    const { bytes, words } = this.#heap.slabs[slabOf(address)]!;
    const start = (wordOf(address) + keyWord) * 4;
    return bytes.subarray(start, start + words[wordOf(address) + keyLengthWord]!);
  }

  #isTombstone(address: number): boolean {
    return (
      (this.#heap.slabs[slabOf(address)]!.words[wordOf(address) + valueLengthWord]! & tombstoneFlag) !== 0
    );
  }

  #view(address: number, out: RecordView): void {
    const { bytes, words } = this.#heap.slabs[slabOf(address)]!;
    const word = wordOf(address);
    const valueLength = words[word + valueLengthWord]!;
    let valueAt = valueWord(word, words[word + keyLengthWord]!);
    if ((valueLength & expiresFlag) === 0) {
      out.expiresMs = neverExpires;
    } else {
      out.expiresMs = (words[valueAt + 1]! >>> 0) * 0x1_0000_0000 + (words[valueAt]! >>> 0);
      valueAt += expiryWords;
    }
    out.version = bytes;
    out.versionOffset = (word + versionWord) * 4;
    out.tombstone = (valueLength & tombstoneFlag) !== 0;
    out.value = bytes;
    out.valueStart = valueAt * 4;
    out.valueEnd = out.valueStart + (valueLength >>> 2);
  }

  #newRecord(bytes: number, key: Buffer, start: number, end: number, record: RecordView): number {
    const address = this.#heap.allocate(bytes);
    const slab = this.#heap.slabs[slabOf(address)]!;
    const word = wordOf(address);
    slab.words[word + keyLengthWord] = end - start;
    copyToWords(slab, word + keyWord, key, start, end);
    writeRecord(slab, word, end - start, record);
    return address;
  }
}

/** Writes all of a record but its key. */
function writeRecord(slab: WordMemory, word: number, keyLength: number, record: RecordView): void {
  const { version, versionOffset, value, valueStart, valueEnd, expiresMs } = record;
  const { words } = slab;
  let valueAt = valueWord(word, keyLength);
  let flags = record.tombstone ? tombstoneFlag : 0;
  copyToWords(slab, word + versionWord, version, versionOffset, versionOffset + versionBytes);
  if (expiresMs !== neverExpires) {
    flags |= expiresFlag;
    words[valueAt] = expiresMs % 0x1_0000_0000;
    words[valueAt + 1] = expiresMs / 0x1_0000_0000;
    valueAt += expiryWords;
  }
  words[word + valueLengthWord] = (valueEnd - valueStart) * 4 + flags;
  copyToWords(slab, valueAt, value, valueStart, valueEnd);
}

/** The size of a record's block. */
function recordBytes(keyLength: number, { valueStart, valueEnd, expiresMs }: RecordView): number {
  const expiry = expiresMs === neverExpires ? 0 : expiryBytes;
  const bytes = valueWord(0, keyLength) * 4 + expiry + valueEnd - valueStart;
  if (bytes <= blockBytesMax) return bytes;
  throw new StorageError(
    'too-large',
    `A record may have at most ${blockBytesMax} bytes, and this one ${bytes}.`,
    {
      definite: true,
    },
  );
}

/** The word where the value of a record begins, or its expiry if it has one. */
function valueWord(recordWord: number, keyLength: number): number {
  return recordWord + keyWord + ((keyLength + 3) >> 2);
}
