// What stands before an argument in a RESP command: a constant text and the argument's length, encoded once for each
// length and kept as words, so that writing it is a few stores.

/** Heads of longer arguments are encoded each time: they are rare, and the argument costs more. */
const keptLengthsMax = 4096;
/** An argument has at most this many digits in its length. */
const lengthDigitsMax = 10;
const wordBytes = 4;

export class CommandHead {
  /** No head is longer, its spare bytes included. */
  readonly bytesMax: number;
  readonly #before: string;
  readonly #after: string;
  readonly #kept: (Int32Array | undefined)[] = [];

  /** The texts before and behind the length of the argument; both ASCII. */
  constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
    this.bytesMax = before.length + lengthDigitsMax + after.length + wordBytes;
  }

  /** The head of `name` with `parts` arguments, itself included, up to the first byte of its first argument. */
  static ofCommand(name: string, parts: number): CommandHead {
    return new CommandHead(`*${parts}\r\n$${name.length}\r\n${name}\r\n$`, '\r\n');
  }

  /** The head before an argument of `argumentBytes`: how many bytes it has, and then these as words, lowest byte first. */
  words(argumentBytes: number): Int32Array {
    return this.#kept[argumentBytes] ?? this.#encode(argumentBytes);
  }

  #encode(argumentBytes: number): Int32Array {
    const text = Buffer.from(`${this.#before}${argumentBytes}${this.#after}`, 'latin1');
    const padded = Buffer.alloc(Math.ceil(text.length / wordBytes) * wordBytes);
    text.copy(padded);
    const words = new Int32Array(1 + padded.length / wordBytes);
    words[0] = text.length;
    for (let at = 1; at < words.length; at++) words[at] = padded.readInt32LE((at - 1) * wordBytes);
    if (argumentBytes < keptLengthsMax) {
      // Without holes, so that looking one up stays a plain load.
      while (this.#kept.length <= argumentBytes) this.#kept.push(undefined);
      this.#kept[argumentBytes] = words;
    }
    return words;
  }
}
