// Reads RESP replies from a stream of chunks without building them: a load generator needs to know how a
// reply ended, not what it says. Values are skipped in place, or shown in place to who asks for them (only one that is
// spread over chunks is copied); nothing is allocated per reply.
// Understands RESP2 and RESP3 scalars; an array or map counts as one reply when its last element has passed.

export const replyValue = 0;
/** A null: the key does not exist. */
export const replyNull = 1;
/** An error; its text is in `errorText`. */
export const replyError = 2;

/** A header line longer than this is not RESP. */
const lineBytesMax = 64 * 1024;
/** Arrays inside arrays deeper than this are refused rather than followed. */
const depthMax = 32;

const LF = 10;
const CR = 13;

export class ReplyProtocolError extends Error {
  override readonly name = 'ReplyProtocolError';
}

export class ReplyReader {
  /** Integer replies carry their number here, for a caller that wants it. */
  integer = 0;
  errorText = '';
  readonly #onReply: (reply: number) => void;
  readonly #onValue: ((source: Buffer, start: number, end: number) => void) | undefined;
  /** The beginning of a bulk string that the last chunk broke off, for `onValue`; with room for all of it. */
  #gathered: Buffer = Buffer.alloc(0);
  #gatheredBytes = 0;
  /** Bytes of a bulk string (with its CR LF) still to be skipped. */
  #skipBytes = 0;
  /** The beginning of a header line that the last chunk broke off. */
  #carried: Buffer = Buffer.alloc(0);
  /** Elements still to come, per array that is open. */
  readonly #open: number[] = [];

  /** `onValue` gets each bulk string that is a whole reply, before `onReply`; the bytes are valid within the call. */
  constructor(
    onReply: (reply: number) => void,
    onValue?: (source: Buffer, start: number, end: number) => void,
  ) {
    this.#onReply = onReply;
    this.#onValue = onValue;
  }

  /** Forgets a half-read reply; for a new connection. */
  reset(): void {
    this.#skipBytes = 0;
    this.#gatheredBytes = 0;
    this.#carried = Buffer.alloc(0);
    this.#open.length = 0;
  }

  /** Reads chunk[0..length). Throws ReplyProtocolError when this is not RESP. */
  push(chunk: Buffer, length: number): void {
    let at = 0;
    if (this.#carried.length > 0) {
      const lineFeed = chunk.subarray(0, length).indexOf(LF);
      const taken = lineFeed < 0 ? length : lineFeed + 1;
      const line = Buffer.concat([this.#carried, chunk.subarray(0, taken)]);
      if (line.length > lineBytesMax) throw new ReplyProtocolError('a reply line is longer than 64 KiB');
      if (lineFeed < 0) {
        this.#carried = line;
        return;
      }
      this.#carried = Buffer.alloc(0);
      this.#header(line, 0, line.length - 2);
      at = taken;
    }
    while (at < length) {
      if (this.#skipBytes > 0) {
        const skipped = Math.min(this.#skipBytes, length - at);
        if (this.#onValue !== undefined && this.#open.length === 0) this.#show(chunk, at, skipped);
        this.#skipBytes -= skipped;
        at += skipped;
        if (this.#skipBytes === 0) this.#element(replyValue);
        continue;
      }
      // Replies such as "+OK" are so short that looking for the line's end byte by byte is the fastest.
      let end = at + 1;
      while (end < length && chunk[end] !== LF) end++;
      if (end >= length) {
        this.#carried = Buffer.from(chunk.subarray(at, length));
        if (this.#carried.length > lineBytesMax)
          throw new ReplyProtocolError('a reply line is longer than 64 KiB');
        return;
      }
      this.#header(chunk, at, end - 1);
      at = end + 1;
    }
  }

  /** Shows a bulk string whose next `count` bytes are there, when those are its last; keeps them otherwise. */
  #show(chunk: Buffer, at: number, count: number): void {
    const isLast = count === this.#skipBytes;
    if (isLast && this.#gatheredBytes === 0) {
      this.#onValue!(chunk, at, at + count - 2);
      return;
    }
    const size = this.#gatheredBytes + this.#skipBytes;
    if (this.#gathered.length < size) {
      const larger = Buffer.allocUnsafeSlow(size);
      this.#gathered.copy(larger, 0, 0, this.#gatheredBytes);
      this.#gathered = larger;
    }
    this.#gatheredBytes += chunk.copy(this.#gathered, this.#gatheredBytes, at, at + count);
    if (!isLast) return;
    this.#gatheredBytes = 0;
    this.#onValue!(this.#gathered, 0, size - 2);
  }

  /** One header line, from its type byte to before its CR. */
  #header(buffer: Buffer, start: number, end: number): void {
    if (buffer[end] !== CR) throw new ReplyProtocolError('a reply line does not end in CR LF');
    switch (buffer[start]) {
      case 0x2b: // + simple string
      case 0x23: // # boolean
      case 0x2c: // , double
      case 0x28: // ( big number
        this.#element(replyValue);
        return;
      case 0x3a: // : integer
        this.integer = readInteger(buffer, start + 1, end);
        this.#element(replyValue);
        return;
      case 0x5f: // _ null
        this.#element(replyNull);
        return;
      case 0x2d: // - error
        this.errorText = buffer.toString('latin1', start + 1, end);
        this.#element(replyError);
        return;
      case 0x24: // $ bulk string
      case 0x3d: {
        // = verbatim string
        const size = readInteger(buffer, start + 1, end);
        if (size < 0) this.#element(replyNull);
        else this.#skipBytes = size + 2;
        return;
      }
      case 0x2a: // * array
      case 0x7e: // ~ set
        this.#openArray(readInteger(buffer, start + 1, end));
        return;
      case 0x25: // % map
        this.#openArray(2 * readInteger(buffer, start + 1, end));
        return;
      default:
        throw new ReplyProtocolError(`a reply begins with byte ${buffer[start]}, which is not RESP`);
    }
  }

  #openArray(elements: number): void {
    if (elements < 0) this.#element(replyNull);
    else if (elements === 0) this.#element(replyValue);
    else if (this.#open.length >= depthMax) throw new ReplyProtocolError('a reply is nested too deeply');
    else this.#open.push(elements);
  }

  /** An element is complete; so may be the arrays that it ends. */
  #element(reply: number): void {
    let result = reply;
    while (this.#open.length > 0) {
      const last = this.#open.length - 1;
      if (--this.#open[last]! > 0) return;
      this.#open.pop();
      result = replyValue;
    }
    this.#onReply(result);
  }
}

function readInteger(buffer: Buffer, start: number, end: number): number {
  let at = start;
  const negative = buffer[at] === 0x2d;
  if (negative) at++;
  if (at >= end || end - at > 15) throw new ReplyProtocolError('a reply has no valid length');
  let value = 0;
  for (; at < end; at++) {
    const digit = buffer[at]! - 48;
    if (digit < 0 || digit > 9) throw new ReplyProtocolError('a reply has no valid length');
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}
