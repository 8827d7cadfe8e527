/**
 * Writes RESP replies into one growing buffer, which goes to the connection as it is. Speaks RESP2 until
 * told otherwise; the two differ here only in nulls and maps. Knows nothing of sockets: the owner takes the
 * bytes, and says whether the buffer may be written again.
 */
import assert from 'node:assert/strict';

const bytesInitial = 4 * 1024;
/** A buffer that had to grow beyond this for one large reply is given back afterwards. */
const bytesKept = 256 * 1024;
/** Room for a type byte, a number of up to 16 digits and a sign, and a line end. */
const headerBytes = 20;
/** Below this a loop over bytes is faster than the call that copies. */
const loopBytesMax = 48;

const CR = 13;
const LF = 10;
const ZERO = 48;
const STAR = 42;
const DOLLAR = 36;
const PERCENT = 37;
const COLON = 58;
const EQUALS = 61;
const TILDE = 126;
const PLUS = 43;
const MINUS = 45;

export class ReplyWriter {
  /** 2 or 3, as the client asked with HELLO. */
  protocol = 2;
  #buffer: Buffer = nothing;
  #end = 0;

  /** Bytes written and not taken yet. */
  get length(): number {
    return this.#end;
  }

  /** A view of what was written, or undefined if nothing was. Call `release` before writing again. */
  take(): Buffer | undefined {
    return this.#end === 0 ? undefined : this.#buffer.subarray(0, this.#end);
  }

  /** Starts over after `take`: in the same buffer if nobody uses it any more, else in another. */
  release(bufferIsFree: boolean): void {
    this.#end = 0;
    if (!bufferIsFree || this.#buffer.length > bytesKept) this.#buffer = nothing;
  }

  ok(): void {
    this.#reserve(5);
    const { length } = okReply;
    for (let i = 0; i < length; i++) this.#buffer[this.#end++] = okReply[i]!;
  }

  /** A status line; the text must not contain line ends. */
  status(text: string): void {
    this.#line(PLUS, text);
  }

  /**
   * An error line, for example `ERR syntax error`; line ends in it become blanks, as in Redis. In Latin-1, so
   * that bytes of a client that are told back to it are the bytes that it sent.
   */
  error(text: string): void {
    this.#line(MINUS, /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, ' ') : text, 'latin1');
  }

  integer(value: number): void {
    assert(Number.isSafeInteger(value));
    this.#reserve(headerBytes);
    this.#header(COLON, value);
  }

  null(): void {
    this.#reserve(5);
    const reply = this.protocol === 3 ? null3Reply : null2Reply;
    const { length } = reply;
    for (let i = 0; i < length; i++) this.#buffer[this.#end++] = reply[i]!;
  }

  /** A bulk string of `source[start..end)`. */
  bulk(source: Buffer, start: number, end: number): void {
    const count = end - start;
    this.#reserve(headerBytes + count + 2);
    this.#header(DOLLAR, count);
    this.#copy(source, start, end);
    this.#buffer[this.#end++] = CR;
    this.#buffer[this.#end++] = LF;
  }

  /** The null of arrays: in RESP2 it is another one. */
  nullArray(): void {
    if (this.protocol === 3) this.null();
    else this.#line(STAR, '-1');
  }

  /** A text for people, in UTF-8: RESP3 can say that of it. */
  verbatim(text: string): void {
    if (this.protocol !== 3) {
      this.text(text);
      return;
    }
    const bytes = Buffer.from(`txt:${text}`);
    this.#reserve(headerBytes + bytes.length + 2);
    this.#header(EQUALS, bytes.length);
    this.#copy(bytes, 0, bytes.length);
    this.#buffer[this.#end++] = CR;
    this.#buffer[this.#end++] = LF;
  }

  /** A bulk string of a text in UTF-8. */
  text(text: string): void {
    const bytes = Buffer.from(text);
    this.bulk(bytes, 0, bytes.length);
  }

  /** Announces an array of `count` replies. */
  array(count: number): void {
    this.#reserve(headerBytes);
    this.#header(STAR, count);
  }

  /** Announces a map of `count` pairs of replies: a flat array in RESP2. */
  map(count: number): void {
    this.#reserve(headerBytes);
    if (this.protocol === 3) this.#header(PERCENT, count);
    else this.#header(STAR, 2 * count);
  }

  /** Announces a set of `count` replies: an array in RESP2. */
  set(count: number): void {
    this.#reserve(headerBytes);
    this.#header(this.protocol === 3 ? TILDE : STAR, count);
  }

  /** Replies that are encoded already. */
  raw(bytes: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    this.#copy(bytes, start, end);
  }

  #line(type: number, text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    // Never more than three bytes of UTF-8 for one UTF-16 unit.
    this.#reserve(text.length * 3 + 3);
    this.#buffer[this.#end++] = type;
    this.#end += this.#buffer.write(text, this.#end, encoding);
    this.#buffer[this.#end++] = CR;
    this.#buffer[this.#end++] = LF;
  }

  #header(type: number, value: number): void {
    const buffer = this.#buffer;
    let end = this.#end;
    buffer[end++] = type;
    if (value >= 0 && value < 10) {
      buffer[end++] = ZERO + value;
    } else {
      let rest = value;
      if (rest < 0) {
        buffer[end++] = MINUS;
        rest = -rest;
      }
      let digits = 1;
      for (let bound = 10; rest >= bound; bound *= 10) digits++;
      for (let at = end + digits - 1; at >= end; at--) {
        const tenth = Math.floor(rest / 10);
        buffer[at] = ZERO + (rest - tenth * 10);
        rest = tenth;
      }
      end += digits;
    }
    buffer[end++] = CR;
    buffer[end++] = LF;
    this.#end = end;
  }

  #copy(source: Buffer, start: number, end: number): void {
    if (end - start < loopBytesMax) {
      const buffer = this.#buffer;
      let to = this.#end;
      for (let from = start; from < end; from++) buffer[to++] = source[from]!;
      this.#end = to;
    } else {
      this.#end += source.copy(this.#buffer, this.#end, start, end);
    }
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2, bytesInitial));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

const nothing = Buffer.alloc(0);
const okReply = Buffer.from('+OK\r\n');
const null2Reply = Buffer.from('$-1\r\n');
const null3Reply = Buffer.from('_\r\n');
