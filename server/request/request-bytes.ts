/**
 * The keys and values of the last requests, in a buffer that is written round and round: what a request needs to
 * be asked again of another vnode, or to be repaired. Nothing is ever freed; what is old is written over, and a
 * request whose bytes are gone is not asked again. So keeping costs a copy, and no allocation.
 */
import type { ByteRange } from '../byte-range.js';

/** What is longer than this part of the buffer is not kept. */
const shareMax = 8;

const initialBytes = 64 * 1024;

export class RequestBytes {
  readonly #capacityMax: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** How many bytes were ever written, gaps included. */
  #written = 0;
  /** What was written before this went with a smaller buffer. */
  #base = 0;
  /** Where the next ones go. */
  #next = 0;

  /** The buffer begins small, and grows when it is full for the first time. */
  constructor(capacityMaxBytes: number) {
    this.#capacityMax = capacityMaxBytes;
  }

  /** Copies a key and a value, one behind the other; returns where they are, or -1 if they are too long. */
  keep(key: ByteRange, value: Buffer, valueStart: number, valueEnd: number): number {
    const bytes = key.end - key.start + valueEnd - valueStart;
    if (bytes * shareMax > this.#capacityMax) return -1;
    if (this.#next + bytes > this.#buffer.length) this.#beginAgain(bytes);
    const at = this.#written;
    this.#copy(key.bytes, key.start, key.end);
    if (valueEnd > valueStart) this.#copy(value, valueStart, valueEnd);
    this.#written += bytes;
    return at;
  }

  /** Points `range` at so many bytes, `offset` behind where something was kept; false if they are gone. */
  view(at: number, offset: number, bytes: number, range: ByteRange): boolean {
    const capacity = this.#buffer.length;
    if (at < this.#base || this.#written - at > capacity) return false;
    range.bytes = this.#buffer;
    range.start = ((at - this.#base) % capacity) + offset;
    range.end = range.start + bytes;
    return true;
  }

  /** At the beginning of the buffer, or of a larger one: then what was in this one is gone. */
  #beginAgain(bytes: number): void {
    const capacity = this.#buffer.length;
    this.#written += capacity - this.#next;
    this.#next = 0;
    if (capacity >= this.#capacityMax) return;
    const needed = Math.max(capacity * 2, bytes * shareMax, initialBytes);
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(needed, this.#capacityMax));
    this.#base = this.#written;
  }

  #copy(source: Buffer, start: number, end: number): void {
    const buffer = this.#buffer;
    let to = this.#next;
    if (end - start < 48) for (let from = start; from < end; from++) buffer[to++] = source[from]!;
    else to += source.copy(buffer, to, start, end);
    this.#next = to;
  }
}
