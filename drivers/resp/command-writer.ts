// Writes RESP commands into a buffer that goes to the socket as it is: no string, no object per command.
import type { ByteSlots } from '../../bench/driver.js';

const initialBytes = 64 * 1024;
/** Below this a loop over bytes is the fastest. */
const copiedByBytesMax = 32;
/** Up to this a loop over words is: Buffer.copy makes an object for each call. */
const copiedByWordsMax = 1024;
const CR = 13;
const LF = 10;

export class CommandWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  end = 0;
  #view: DataView = viewOf(this.buffer);
  #viewedSource: Buffer | undefined;
  #sourceView: DataView = this.#view;
  /** `*2 $3 GET $<n>` and so on, by command and key length, so that a header is one copy. */
  readonly #headers = new Map<string, Buffer[]>();

  /** The bytes written since the last call, or undefined when there are none. */
  take(): Buffer | undefined {
    if (this.end === 0) return undefined;
    const written = this.buffer.subarray(0, this.end);
    this.end = 0;
    return written;
  }

  /** The bytes last taken are still in use by the socket: write the next ones elsewhere. */
  renew(): void {
    this.#use(Buffer.allocUnsafeSlow(this.buffer.length));
  }

  /** A command with the key of slot `ticket` as its only argument. */
  keyCommand(name: string, keys: ByteSlots, ticket: number): void {
    const keyStart = keys.start[ticket]!;
    const keyBytes = keys.end[ticket]! - keyStart;
    this.#reserve(keyBytes + 64);
    this.#header(name, 2, keyBytes);
    this.#bytes(keys.buffers[ticket]!, keyStart, keyBytes);
    this.#lineEnd();
  }

  /** A command with the key and the value of slot `ticket` as its arguments. */
  keyValueCommand(name: string, keys: ByteSlots, values: ByteSlots, ticket: number): void {
    const keyStart = keys.start[ticket]!;
    const keyBytes = keys.end[ticket]! - keyStart;
    const valueStart = values.start[ticket]!;
    const valueBytes = values.end[ticket]! - valueStart;
    this.#reserve(keyBytes + valueBytes + 96);
    this.#header(name, 3, keyBytes);
    this.#bytes(keys.buffers[ticket]!, keyStart, keyBytes);
    this.#lineEnd();
    this.buffer[this.end++] = 0x24;
    this.#decimal(valueBytes);
    this.#lineEnd();
    this.#bytes(values.buffers[ticket]!, valueStart, valueBytes);
    this.#lineEnd();
  }

  /** A whole command, already encoded; for greetings. */
  raw(command: Buffer): void {
    this.#reserve(command.length);
    this.end += command.copy(this.buffer, this.end);
  }

  #header(name: string, parts: number, keyBytes: number): void {
    let byLength = this.#headers.get(name);
    if (byLength === undefined) {
      byLength = [];
      this.#headers.set(name, byLength);
    }
    if (keyBytes < 256) {
      let header = byLength[keyBytes];
      if (header === undefined) {
        header = encodeHeader(name, parts, keyBytes);
        byLength[keyBytes] = header;
      }
      this.#bytes(header, 0, header.length);
    } else {
      this.raw(encodeHeader(name, parts, keyBytes));
    }
  }

  #bytes(source: Buffer, start: number, count: number): void {
    if (count > copiedByWordsMax) {
      this.end += source.copy(this.buffer, this.end, start, start + count);
      return;
    }
    const end = start + count;
    let from = start;
    if (count >= copiedByBytesMax) from = this.#words(source, start, count);
    const { buffer } = this;
    let to = this.end;
    while (from < end) buffer[to++] = source[from++]!;
    this.end = to;
  }

  /** Copies all whole words of a range; returns where its last, incomplete one begins. */
  #words(source: Buffer, start: number, count: number): number {
    // Values come from one pool, so the view is made once.
    if (source !== this.#viewedSource) {
      this.#viewedSource = source;
      this.#sourceView = viewOf(source);
    }
    const sourceView = this.#sourceView;
    const view = this.#view;
    const end = start + (count & ~3);
    let to = this.end;
    let from = start;
    for (; from < end; from += 4, to += 4) view.setInt32(to, sourceView.getInt32(from, true), true);
    this.end = to;
    return from;
  }

  #lineEnd(): void {
    this.buffer[this.end++] = CR;
    this.buffer[this.end++] = LF;
  }

  #decimal(value: number): void {
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits++;
    let rest = value;
    for (let at = this.end + digits - 1; at >= this.end; at--) {
      this.buffer[at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.end += digits;
  }

  #reserve(bytes: number): void {
    if (this.end + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.end + bytes));
    this.buffer.copy(larger, 0, 0, this.end);
    this.#use(larger);
  }

  #use(buffer: Buffer): void {
    this.buffer = buffer;
    this.#view = viewOf(buffer);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}

function encodeHeader(name: string, parts: number, keyBytes: number): Buffer {
  return Buffer.from(`*${parts}\r\n$${name.length}\r\n${name}\r\n$${keyBytes}\r\n`, 'latin1');
}
