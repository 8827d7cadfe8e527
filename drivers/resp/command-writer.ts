// Writes RESP commands into a buffer that goes to the socket as it is: no string, no object per command.
// Short ranges are copied in whole words, a few bytes too many where the next ones overwrite them: a call of
// Buffer.copy makes an object, and a loop over bytes takes four times as long.
import type { ByteSlots } from '../../bench/driver.js';
import { CommandHead } from './command-head.js';

const initialBytes = 64 * 1024;
/** Longer ranges are worth a call of Buffer.copy. */
const copiedByWordsMax = 1024;
/** Room behind each command for the words that are copied too many. */
const spareBytes = 16;
const wordBytes = 4;
/** CR LF, in the order of bytes. */
const lineEnd = 0x0a0d;

export class CommandWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  end = 0;
  #view: DataView = viewOf(this.buffer);
  readonly #keys = new ViewedSource();
  readonly #values = new ViewedSource();
  /** The length line of values of this many bytes, with the line end before it. */
  readonly #valueHead = new CommandHead('\r\n$', '\r\n');

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
  keyCommand(head: CommandHead, keys: ByteSlots, ticket: number): void {
    const start = keys.start[ticket]!;
    const bytes = keys.end[ticket]! - start;
    this.#reserve(head.bytesMax + bytes);
    this.#head(head, bytes);
    this.#bytes(this.#keys.of(keys.buffers[ticket]!), start, bytes);
    this.#view.setUint16(this.end, lineEnd, true);
    this.end += 2;
  }

  /** A command with the key and the value of slot `ticket` as its arguments. */
  keyValueCommand(head: CommandHead, keys: ByteSlots, values: ByteSlots, ticket: number): void {
    const keyStart = keys.start[ticket]!;
    const keyBytes = keys.end[ticket]! - keyStart;
    const valueStart = values.start[ticket]!;
    const valueBytes = values.end[ticket]! - valueStart;
    this.#reserve(head.bytesMax + keyBytes + this.#valueHead.bytesMax + valueBytes);
    this.#head(head, keyBytes);
    this.#bytes(this.#keys.of(keys.buffers[ticket]!), keyStart, keyBytes);
    this.#head(this.#valueHead, valueBytes);
    this.#bytes(this.#values.of(values.buffers[ticket]!), valueStart, valueBytes);
    this.#view.setUint16(this.end, lineEnd, true);
    this.end += 2;
  }

  /** A whole command, already encoded; for greetings. */
  raw(command: Buffer): void {
    this.#reserve(command.length);
    this.end += command.copy(this.buffer, this.end);
  }

  #head(head: CommandHead, argumentBytes: number): void {
    const words = head.words(argumentBytes);
    const view = this.#view;
    let to = this.end;
    // The length in bytes comes first.
    for (let at = 1; at < words.length; at++, to += wordBytes) view.setInt32(to, words[at]!, true);
    this.end += words[0]!;
  }

  #bytes(source: ViewedSource, start: number, count: number): void {
    const end = start + count;
    if (count > copiedByWordsMax || end + wordBytes > source.buffer.length) {
      this.end += source.buffer.copy(this.buffer, this.end, start, end);
      return;
    }
    const from = source.view;
    const view = this.#view;
    let to = this.end;
    let at = start;
    for (const last = end - 4 * wordBytes; at <= last; at += 16, to += 16) {
      view.setInt32(to, from.getInt32(at, true), true);
      view.setInt32(to + 4, from.getInt32(at + 4, true), true);
      view.setInt32(to + 8, from.getInt32(at + 8, true), true);
      view.setInt32(to + 12, from.getInt32(at + 12, true), true);
    }
    for (; at < end; at += wordBytes, to += wordBytes) view.setInt32(to, from.getInt32(at, true), true);
    this.end += count;
  }

  #reserve(bytes: number): void {
    const needed = this.end + bytes + spareBytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, needed));
    this.buffer.copy(larger, 0, 0, this.end);
    this.#use(larger);
  }

  #use(buffer: Buffer): void {
    this.buffer = buffer;
    this.#view = viewOf(buffer);
  }
}

/** A buffer that bytes are copied from, and its view: keys come from one buffer and values from one pool mostly. */
class ViewedSource {
  buffer: Buffer = Buffer.alloc(0);
  view: DataView = viewOf(this.buffer);

  of(buffer: Buffer): this {
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.view = viewOf(buffer);
    }
    return this;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
