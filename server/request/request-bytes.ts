/**
 * The keys and values of the last requests, in a buffer that is written round and round: what a request needs to
 * be asked again of another vnode, or to be repaired. Nothing is ever freed; what is old is written over, and a
 * request whose bytes are gone is not asked again. So keeping costs a copy, and no allocation.
 */
import type { ByteRange } from '../byte-range.js';

/** What is longer than this part of the buffer is not kept. */
const shareMax = 8;

export class RequestBytes {
  readonly #buffer: Buffer;
  /** How many bytes were ever written, gaps included. */
  #written = 0;
  /** Where the next ones go. */
  #next = 0;

  constructor(capacityBytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(capacityBytes);
  }

  /** Copies a key and a value, one behind the other; returns where they are, or -1 if they are too long. */
  keep(key: ByteRange, value: Buffer, valueStart: number, valueEnd: number): number {
    const capacity = this.#buffer.length;
    const keyBytes = key.end - key.start;
    const bytes = keyBytes + valueEnd - valueStart;
    if (bytes * shareMax > capacity) return -1;
    if (this.#next + bytes > capacity) {
      this.#written += capacity - this.#next;
      this.#next = 0;
    }
    const at = this.#written;
    this.#copy(key.bytes, key.start, key.end);
    if (valueEnd > valueStart) this.#copy(value, valueStart, valueEnd);
    this.#written += bytes;
    return at;
  }

  /** Points `range` at so many bytes, `offset` behind where something was kept; false if they are gone. */
  view(at: number, offset: number, bytes: number, range: ByteRange): boolean {
    if (at < 0 || this.#written - at > this.#buffer.length) return false;
    range.bytes = this.#buffer;
    range.start = (at % this.#buffer.length) + offset;
    range.end = range.start + bytes;
    return true;
  }

  #copy(source: Buffer, start: number, end: number): void {
    const buffer = this.#buffer;
    let to = this.#next;
    if (end - start < 48) for (let from = start; from < end; from++) buffer[to++] = source[from]!;
    else to += source.copy(buffer, to, start, end);
    this.#next = to;
  }
}
