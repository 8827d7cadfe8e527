// Values that say which write they come from, so that a read tells what it saw. Each begins with a header of 32
// bytes; the rest is a slice of a pool that the run's seed has filled, at a place that follows from writer and
// sequence, so any value can be made again and a torn or mixed one is found. One codec per thread: it decodes
// into its own fields and allocates nothing.
//
// | bytes | what |
// |---|---|
// | 0-3 | the letters RKVV |
// | 4 | format, 1 |
// | 5 | reserved, 0 |
// | 6-7 | writer: number of the worker |
// | 8-13 | sequence: which of the writer's puts, from 1 |
// | 14-17 | hash of the key |
// | 18-23 | when it was issued, milliseconds since 1970 |
// | 24-27 | length of the value with this header |
// | 28-31 | CRC-32 of the 28 bytes before |

/** Of bytes to an unsigned 32-bit number; zlib's CRC-32. */
export type Checksum = (bytes: Uint8Array) => number;

export const headerBytes = 32;
export const writersMax = 0x1_0000;
const checkedBytes = 28;
const magic = 0x524b_5656;
const format = 1;

/** What is wrong with a value. `foreign`: it has no header of ours, so something else wrote it. */
export type ValueMistake = 'foreign' | 'torn' | 'of another key' | 'of another length' | 'with another body';

export class ValueCodec {
  /** Of the value decoded last. */
  writer = 0;
  sequence = 0;
  issuedMs = 0;
  readonly #pool: Buffer;
  readonly #checksum: Checksum;

  /** The pool is longer than any value. */
  constructor(pool: Buffer, checksum: Checksum) {
    this.#pool = pool;
    this.#checksum = checksum;
  }

  /** Writes a whole value of `length` bytes (at least `headerBytes`) to `target[at..]`. */
  encode(
    target: Buffer,
    at: number,
    value: { writer: number; sequence: number; keyHash: number; issuedMs: number; length: number },
  ): void {
    const { writer, sequence, keyHash, issuedMs, length } = value;
    target.writeUInt32BE(magic, at);
    target[at + 4] = format;
    target[at + 5] = 0;
    target.writeUInt16BE(writer, at + 6);
    target.writeUIntBE(sequence, at + 8, 6);
    target.writeUInt32BE(keyHash, at + 14);
    target.writeUIntBE(issuedMs, at + 18, 6);
    target.writeUInt32BE(length, at + 24);
    target.writeUInt32BE(this.#checksum(target.subarray(at, at + checkedBytes)), at + 28);
    const bodyAt = this.#bodyAt(writer, sequence, length - headerBytes);
    this.#pool.copy(target, at + headerBytes, bodyAt, bodyAt + length - headerBytes);
  }

  /** Reads the header of `source[start..end)` into the fields; returns what is wrong with it. */
  decode(source: Buffer, start: number, end: number, keyHash: number): ValueMistake | undefined {
    if (end - start < headerBytes || source.readUInt32BE(start) !== magic || source[start + 4] !== format)
      return 'foreign';
    if (this.#checksum(source.subarray(start, start + checkedBytes)) !== source.readUInt32BE(start + 28))
      return 'torn';
    this.writer = source.readUInt16BE(start + 6);
    this.sequence = source.readUIntBE(start + 8, 6);
    this.issuedMs = source.readUIntBE(start + 18, 6);
    if (source.readUInt32BE(start + 14) !== keyHash) return 'of another key';
    if (source.readUInt32BE(start + 24) !== end - start) return 'of another length';
    return undefined;
  }

  /** Whether the body is the one that the header decoded last calls for. Only for values of this run's pool. */
  isBodyIntact(source: Buffer, start: number, end: number): boolean {
    const bodyAt = this.#bodyAt(this.writer, this.sequence, end - start - headerBytes);
    return (
      source.compare(this.#pool, bodyAt, bodyAt + end - start - headerBytes, start + headerBytes, end) === 0
    );
  }

  #bodyAt(writer: number, sequence: number, length: number): number {
    const mixed = Math.imul((sequence | 0) ^ Math.imul(writer + 1, 0x9e37_79b1), 0x85eb_ca6b) >>> 0;
    return mixed % (this.#pool.length - length + 1);
  }
}
