// Draws numbers from a generator, bit for bit as Erlang's `rand:uniform` does.
import assert from 'node:assert/strict';
import { type Generator58, limbMask } from './generator58.js';

/** Up to this limit the remainder of a 58-bit word is exact in floating point, taken limb by limb. */
const smallLimit = 2 ** 24;
const limbSpan = 2 ** 29;
const wordSpan = 1n << 58n;

export class Random {
  readonly #generator: Generator58;

  constructor(generator: Generator58) {
    this.#generator = generator;
  }

  /** An integer from 1 to `limit` (at most 2^53), each equally likely: `rand:uniform(Limit)`. */
  uniform(limit: number): number {
    const generator = this.#generator;
    generator.advance();
    if (limit > smallLimit || generator.high === limbMask) return this.#uniformExact(limit);
    // word mod limit = ((high mod limit) * 2^29 + low) mod limit; below 2^53, so nothing is rounded.
    const number = (generator.high % limit) * limbSpan + generator.low;
    let rest = number - Math.floor(number / limit) * limit;
    // The quotient may have been rounded up to the next integer.
    if (rest < 0) rest += limit;
    return rest + 1;
  }

  /** A number from 0 up to but not including 1, with 53 bits: `rand:uniform()`. */
  float(): number {
    const generator = this.#generator;
    generator.advance();
    return (generator.high * 2 ** 24 + (generator.low >>> 5)) * 2 ** -53;
  }

  jump(): void {
    this.#generator.jump();
  }

  /** The same for a large limit and for words near the end of their range, some of which are drawn again. */
  #uniformExact(limit: number): number {
    assert(Number.isSafeInteger(limit) && limit >= 1, 'a limit is a whole number from 1 to 2^53');
    const generator = this.#generator;
    const range = BigInt(limit);
    for (;;) {
      const word = (BigInt(generator.high) << 29n) | BigInt(generator.low);
      const rest = word % range;
      if (word - rest <= wordSpan - range) return Number(rest) + 1;
      generator.advance();
    }
  }
}
