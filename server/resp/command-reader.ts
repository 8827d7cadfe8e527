/**
 * Reads RESP commands out of a stream of chunks. A command is handed over as offsets into the buffer that it
 * arrived in: no string and no object per argument. A command that is split over chunks is carried in a buffer
 * that doubles, and reading goes on where it stopped, so a large value in many chunks is copied once and
 * never read twice.
 *
 * Accepts what Redis accepts (arrays of bulk strings, and inline commands) and refuses the rest
 * in Redis' own words. Knows nothing of what a command means.
 */
import assert from 'node:assert/strict';
import type { ByteRange } from '../byte-range.js';
import { splitInlineArguments } from './inline-arguments.js';

export interface CommandLimits {
  /** Arguments of one command, its name included; Redis' own limit. More lets one command hold the node for longer. */
  readonly argumentsMax: number;
  /** Bytes of one argument. */
  readonly argumentBytesMax: number;
  /** Bytes of one whole command: what one connection can make the node hold before it may answer. */
  readonly commandBytesMax: number;
  /** Bytes of an inline command, and of one length line. Redis' own limit is 64 KiB. */
  readonly lineBytesMax: number;
}

export const commandLimitsDefault: CommandLimits = {
  argumentsMax: 1024 * 1024,
  argumentBytesMax: 16 * 1024 * 1024,
  commandBytesMax: 32 * 1024 * 1024,
  lineBytesMax: 64 * 1024,
};

/** What is read of a client that has not logged in, as in Redis: enough for AUTH and HELLO. */
export const commandLimitsBeforeLogin = { argumentsMax: 10, argumentBytesMax: 16 * 1024 } as const;

/** What `next` found: a command; nothing more in this chunk; or bytes that are no command. */
export const readCommand = 1;
export const readNothing = 0;
export const readError = -1;

/** A carry buffer larger than this is given back once it is empty. */
const carryBytesKept = 64 * 1024;
const argumentsInitial = 8;
/** Room for more arguments than this is given back, too. */
const argumentsKept = 1024;

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const STAR = 42;
const ZERO = 48;

/** The length line is not complete yet, or is wrong; lengths themselves are never below -1. */
const lineIncomplete = -2;
const lineInvalid = -3;

export class CommandReader {
  /** The command that `next` found: argument i is `buffer[starts[i]..ends[i])`, argument 0 its name. */
  buffer: Buffer = nothing;
  count = 0;
  starts = new Int32Array(argumentsInitial);
  ends = new Int32Array(argumentsInitial);
  /** After `readError`: the error as the client is to see it, without `-` and line end. */
  error = '';
  /** Nobody has logged in on this connection: only small commands are read. */
  isRestricted = false;

  readonly #limits: CommandLimits;
  /** The next byte to look at, the end of what is there, and where the current command began. */
  #at = 0;
  #end = 0;
  #commandStart = 0;
  /** Where the command began that `next` found. */
  #foundStart = 0;
  /** That command is to be found once more, as it is. */
  #isPutBack = false;
  /** Arguments still to come in the current array; 0 between commands. */
  #argumentsLeft = 0;
  /** The length of the argument being read; -1 while its length line has not been read. */
  #argumentBytes = -1;
  /** How far the current line has been searched for its end. */
  #searched = 0;
  #carry: Buffer = nothing;
  #carried = 0;

  constructor(limits: CommandLimits = commandLimitsDefault) {
    this.#limits = limits;
  }

  /** Points `out` at an argument of the command that `next` found. */
  argument(number: number, out: ByteRange): void {
    out.bytes = this.buffer;
    out.start = this.starts[number]!;
    out.end = this.ends[number]!;
  }

  /** Goes on with `chunk[start..end)`. The chunk must stay as it is until `endChunk`. */
  beginChunk(chunk: Buffer, start: number, end: number): void {
    if (this.#carried === 0) {
      this.buffer = chunk;
      this.#at = start;
      this.#commandStart = start;
      this.#searched = start;
      this.#end = end;
      return;
    }
    this.#reserveCarry(end - start);
    chunk.copy(this.#carry, this.#carried, start, end);
    this.#carried += end - start;
    this.buffer = this.#carry;
    this.#end = this.#carried;
  }

  /** Keeps what was not read yet for the next chunk; may be called with whole commands left. */
  endChunk(): void {
    const rest = this.#end - this.#commandStart;
    if (rest === 0) {
      this.#carried = 0;
      if (this.starts.length > argumentsKept) this.#dropArguments();
      if (this.#carry.length > carryBytesKept) this.#carry = nothing;
    } else {
      const shift = this.#commandStart;
      if (this.buffer === this.#carry) {
        if (shift > 0) this.#carry.copyWithin(0, shift, this.#end);
      } else {
        this.#carried = 0;
        this.#reserveCarry(rest);
        this.buffer.copy(this.#carry, 0, shift, this.#end);
      }
      this.#carried = rest;
      for (let i = 0; i < this.count; i++) {
        this.starts[i]! -= shift;
        this.ends[i]! -= shift;
      }
      this.#at -= shift;
      this.#searched -= shift;
      this.#commandStart = 0;
      this.#end = rest;
    }
    this.buffer = nothing;
  }

  /** Gives back the command that `next` has just found: it is found again, perhaps with a later chunk. */
  putBack(): void {
    this.#isPutBack = true;
    this.#commandStart = this.#foundStart;
  }

  /** Bytes carried over from earlier chunks. */
  get carriedBytes(): number {
    return this.#carried;
  }

  /** Reads on to the end of one command, of the chunk, or of the protocol. Empty commands are passed over. */
  next(): number {
    if (this.#isPutBack) {
      this.#isPutBack = false;
      return this.#found();
    }
    for (;;) {
      if (this.#argumentsLeft === 0) {
        this.#commandStart = this.#at;
        this.count = 0;
        if (this.#at === this.#end) return readNothing;
        if (this.buffer[this.#at] !== STAR) {
          const found = this.#inlineCommand();
          if (found !== readCommand || this.count > 0) return found;
          continue;
        }
        const argumentCount = this.#lengthLine('too big mbulk count string');
        if (argumentCount === lineIncomplete) return readNothing;
        if (argumentCount === lineInvalid || argumentCount > this.#limits.argumentsMax)
          return this.#fail('invalid multibulk length');
        if (this.isRestricted && argumentCount > commandLimitsBeforeLogin.argumentsMax)
          return this.#fail('unauthenticated multibulk length');
        if (argumentCount <= 0) continue;
        this.#argumentsLeft = argumentCount;
      }
      return this.#arguments();
    }
  }

  /** Reads the arguments that are left of an array. */
  #arguments(): number {
    while (this.#argumentsLeft > 0) {
      if (this.#argumentBytes < 0) {
        if (this.#at === this.#end) return readNothing;
        const first = this.buffer[this.#at]!;
        if (first !== DOLLAR) return this.#fail(`expected '$', got '${printable(first)}'`);
        const length = this.#lengthLine('too big bulk count string');
        if (length === lineIncomplete) return readNothing;
        if (length < 0 || length > this.#limits.argumentBytesMax) return this.#fail('invalid bulk length');
        if (this.isRestricted && length > commandLimitsBeforeLogin.argumentBytesMax)
          return this.#fail('unauthenticated bulk length');
        if (this.#at - this.#commandStart + length > this.#limits.commandBytesMax)
          return this.#fail('command too large');
        this.#argumentBytes = length;
      }
      const argumentEnd = this.#at + this.#argumentBytes;
      if (argumentEnd + 2 > this.#end) return readNothing;
      // As arguments come, and not as they are announced: an announcement costs a client nothing.
      if (this.count === this.starts.length) this.#growArguments(this.count + 1);
      this.starts[this.count] = this.#at;
      this.ends[this.count++] = argumentEnd;
      // Like Redis, we do not look at the two bytes behind an argument.
      this.#at = argumentEnd + 2;
      this.#searched = this.#at;
      this.#argumentBytes = -1;
      this.#argumentsLeft--;
    }
    return this.#found();
  }

  #found(): number {
    this.#foundStart = this.#commandStart;
    this.#commandStart = this.#at;
    return readCommand;
  }

  /** The number on a line like `*3` or `$100`, with the line behind us; or why there is none. */
  #lengthLine(tooLong: string): number {
    const { buffer } = this;
    let at = this.#at + 1;
    let value = 0;
    // The usual line has one to three digits and is complete: read it in one go.
    const usualEnd = Math.min(this.#end - 1, at + 9);
    while (at < usualEnd) {
      const digit = buffer[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    if (
      at < usualEnd &&
      at > this.#at + 1 &&
      buffer[at] === CR &&
      (buffer[this.#at + 1] !== ZERO || at === this.#at + 2)
    ) {
      this.#at = at + 2;
      this.#searched = this.#at;
      return value;
    }
    return this.#unusualLengthLine(tooLong);
  }

  #unusualLengthLine(tooLong: string): number {
    const lineEnd = this.#findLineEnd(CR);
    if (lineEnd < 0) {
      if (this.#end - this.#at <= this.#limits.lineBytesMax) return lineIncomplete;
      this.error = `ERR Protocol error: ${tooLong}`;
      return lineInvalid;
    }
    if (lineEnd + 1 === this.#end) {
      this.#searched = lineEnd;
      return lineIncomplete;
    }
    const text = this.buffer.toString('latin1', this.#at + 1, Math.min(lineEnd, this.#at + 24));
    this.#at = lineEnd + 2;
    this.#searched = this.#at;
    // As strict as Redis' string2ll: no sign but one minus, no leading zero, no blank, no empty line.
    if (!/^(0|-?[1-9][0-9]{0,17})$/.test(text)) return lineInvalid;
    return Math.max(Number(text), -1);
  }

  #inlineCommand(): number {
    const lineEnd = this.#findLineEnd(LF);
    if (lineEnd < 0) {
      if (this.#end - this.#at <= this.#limits.lineBytesMax) return readNothing;
      return this.#fail('too big inline request');
    }
    if (lineEnd - this.#at > this.#limits.lineBytesMax) return this.#fail('too big inline request');
    const { buffer } = this;
    const contentEnd = lineEnd > this.#at && buffer[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const pairs = splitInlineArguments(buffer, this.#at, contentEnd);
    if (pairs === undefined) return this.#fail('unbalanced quotes in request');
    const count = pairs.length / 2;
    if (count > this.#limits.argumentsMax) return this.#fail('invalid multibulk length');
    if (count > this.starts.length) this.#growArguments(count);
    for (; this.count < count; this.count++) {
      this.starts[this.count] = pairs[2 * this.count]!;
      this.ends[this.count] = pairs[2 * this.count + 1]!;
    }
    this.#at = lineEnd + 1;
    this.#searched = this.#at;
    return this.#found();
  }

  /** Where the line being read ends, or -1; bytes that were searched before are not searched again. */
  #findLineEnd(byte: number): number {
    const found = this.buffer.indexOf(byte, Math.max(this.#searched, this.#at));
    if (found >= 0 && found < this.#end) return found;
    this.#searched = this.#end;
    return -1;
  }

  #fail(what: string): number {
    // A length line that was too long has left its own, more precise, error.
    if (this.error === '') this.error = `ERR Protocol error: ${what}`;
    return readError;
  }

  #growArguments(count: number): void {
    const starts = new Int32Array(Math.max(count, this.starts.length * 2));
    const ends = new Int32Array(starts.length);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }

  /** The chunk is read, and so is what it asked for. */
  #dropArguments(): void {
    this.count = 0;
    this.starts = new Int32Array(argumentsInitial);
    this.ends = new Int32Array(argumentsInitial);
  }

  #reserveCarry(bytes: number): void {
    const needed = this.#carried + bytes;
    if (needed <= this.#carry.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#carry.length * 2, 4096));
    this.#carry.copy(larger, 0, 0, this.#carried);
    assert(larger.length >= needed);
    this.#carry = larger;
  }
}

function printable(byte: number): string {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '?';
}

const nothing = Buffer.alloc(0);
