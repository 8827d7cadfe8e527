/**
 * Cuts a stream of chunks into frames and checks each one: format, length, checksum. A frame that lies in one
 * chunk is read where it lies; one that does not is carried in a buffer made for its length. After a bad
 * frame nothing more can be read, since where the next one begins is anyone's guess.
 */
import {
  type Checksum,
  frameBodyBytesMax,
  frameFormatVersion,
  frameHeaderBytes,
  frameMagic,
} from './frame-writer.js';

/** What `next` found: a whole frame; nothing more in this chunk; or bytes that are no frame. */
export const frameFound = 1;
export const frameIncomplete = 0;
export const frameBad = -1;

export class FrameReader {
  /** The frame that `next` found: its body is `buffer[bodyStart..bodyEnd)`, valid until `endChunk`. */
  buffer: Buffer = nothing;
  bodyStart = 0;
  bodyEnd = 0;
  /** After `frameBad`: why, for the log. */
  reason = '';

  readonly #checksum: Checksum;
  #at = 0;
  #end = 0;
  #carry: Buffer = nothing;
  #carried = 0;

  constructor(checksum: Checksum) {
    this.#checksum = checksum;
  }

  beginChunk(chunk: Buffer, start: number, end: number): void {
    if (this.#carried === 0) {
      this.buffer = chunk;
      this.#at = start;
      this.#end = end;
      return;
    }
    this.#reserveCarry(this.#carried + end - start);
    chunk.copy(this.#carry, this.#carried, start, end);
    this.#carried += end - start;
    this.buffer = this.#carry;
    this.#at = 0;
    this.#end = this.#carried;
  }

  next(): number {
    const { buffer } = this;
    const at = this.#at;
    if (this.#end - at < frameHeaderBytes) return frameIncomplete;
    if (buffer.readUInt16BE(at) !== frameMagic) return this.#fail('it is no rkv frame');
    if (buffer[at + 2] !== frameFormatVersion)
      return this.#fail(`it has frame format ${buffer[at + 2]}, and this node reads ${frameFormatVersion}`);
    const bodyBytes = buffer.readUInt32BE(at + 4);
    if (bodyBytes > frameBodyBytesMax)
      return this.#fail(`its body has ${bodyBytes} bytes, and at most ${frameBodyBytesMax} are read`);
    const bodyStart = at + frameHeaderBytes;
    if (bodyStart + bodyBytes > this.#end) return frameIncomplete;
    this.bodyStart = bodyStart;
    this.bodyEnd = bodyStart + bodyBytes;
    if (this.#checksum(buffer.subarray(bodyStart, this.bodyEnd)) !== buffer.readUInt32BE(at + 8))
      return this.#fail('its checksum is wrong');
    this.#at = this.bodyEnd;
    return frameFound;
  }

  endChunk(): void {
    const rest = this.#end - this.#at;
    if (rest === 0) {
      this.#carried = 0;
      this.#carry = nothing;
    } else if (this.buffer === this.#carry) {
      if (this.#at > 0) this.#carry.copyWithin(0, this.#at, this.#end);
      this.#carried = rest;
    } else {
      this.#carried = 0;
      this.#reserveCarry(Math.max(rest, this.#neededBytes()));
      this.buffer.copy(this.#carry, 0, this.#at, this.#end);
      this.#carried = rest;
    }
    this.buffer = nothing;
  }

  /** The length of the frame at hand, as far as its header tells: it was checked by `next`. */
  #neededBytes(): number {
    if (this.#end - this.#at < frameHeaderBytes) return frameHeaderBytes;
    return Math.min(frameHeaderBytes + this.buffer.readUInt32BE(this.#at + 4), frameBodyBytesMax);
  }

  #fail(reason: string): number {
    this.reason = reason;
    return frameBad;
  }

  #reserveCarry(bytes: number): void {
    if (bytes <= this.#carry.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, this.#carry.length * 2, 4096));
    this.#carry.copy(larger, 0, 0, this.#carried);
    this.#carry = larger;
  }
}

const nothing = Buffer.alloc(0);
