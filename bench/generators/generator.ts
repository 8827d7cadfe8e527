// What a generator is: it turns draws from a stream into keys or values.
import type { Random } from '../random/index.js';

export interface KeyGenerator {
  /** What `next` gives; generators of bytes are a kind of their own. */
  readonly kind: 'integer';
  /** How many different keys there can be. */
  readonly keySpace: number;
  /** The next key, from 0 up; one draw from `random`. */
  next(random: Random): number;
}

export interface ValueGenerator {
  /** The bytes that values are views of; filled once, from the seed. */
  readonly pool: Buffer;
  readonly sizeBytes: number;
  /** Where in the pool the next value begins; one draw from `random`. */
  next(random: Random): number;
}
