// What a generator is: it turns draws from a stream into keys or values. One instance belongs to one worker;
// what it gives is a function of its specification, the seed and how often it was asked.
import type { Random } from '../random/index.js';

/** What a key generator gives instead of a key when it has no further one: its worker is done. */
export const exhausted = -1;

/** Keys that are integers from 0 up, as decimal digits on the wire unless an encoding says otherwise. */
export interface IntegerKeys {
  readonly kind: 'integer';
  /** How many different keys there can be; Infinity when nothing bounds them. */
  readonly keySpace: number;
  /** The next key, or `exhausted`. */
  next(random: Random): number;
  readonly encoding: KeyEncoding | undefined;
}

/** An integer's bytes; a pure function, so that a key may be remembered as its integer. */
export interface KeyEncoding {
  readonly sizeBytesMax: number;
  /** Writes the bytes at `offset`; the result is the end of what was written. */
  write(integer: number, buffer: Buffer, offset: number): number;
}

/** Keys that are bytes from the start. */
export interface ByteKeys {
  readonly kind: 'bytes';
  readonly keySpace: number;
  readonly sizeBytesMax: number;
  /** Writes the next key at `offset`; the result is the end of what was written, or `exhausted`. */
  write(random: Random, buffer: Buffer, offset: number): number;
}

export type KeyGenerator = IntegerKeys | ByteKeys;

/** After each `draw` the value lies in `pool` from `start` to `end`, until the next draw at least. */
export interface ValueGenerator {
  readonly sizeBytesMax: number;
  pool: Buffer;
  start: number;
  end: number;
  draw(random: Random): void;
}
