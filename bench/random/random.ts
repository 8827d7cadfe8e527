// Draws numbers from a generator, bit for bit as Erlang's `rand:uniform` does: a word of 58 bits, its remainder
// by the limit, and a further word when the one drawn lies in the incomplete last run of remainders.
// Leaves seeding to the generators' own files, and which generator there is to create-random.ts.
import assert from 'node:assert/strict';
import { type Generator58, limbMask } from './generator58.js';

/** Up to this limit the remainder of a word is exact in floating point when taken limb by limb. */
const smallLimit = 2 ** 24;
/** Up to this limit it is when the lower limb is taken in three pieces of ten bits at most. */
const mediumLimit = 2 ** 43;
const limbSpan = 2 ** 29;
const wordSpan = 1n << 58n;

export class Random {
  readonly #generator: Generator58;

  constructor(generator: Generator58) {
    this.#generator = generator;
  }

  /** An integer from 1 to `limit` (a whole number below 2^53), each equally likely: `rand:uniform(Limit)`. */
  uniform(limit: number): number {
    const generator = this.#generator;
    generator.advance();
    // What is no whole number from 1 up fails one of these comparisons as well, and is refused further down.
    if (generator.high === limbMask || limit > smallLimit || (limit | 0) !== limit || limit < 1) {
      return this.#uniformLarge(limit);
    }
    return remainder((generator.high % limit) * limbSpan + generator.low, limit) + 1;
  }

  /** A number from 0 up to but not including 1, with 53 bits: `rand:uniform()`. */
  float(): number {
    const generator = this.#generator;
    generator.advance();
    return (generator.high * 2 ** 24 + (generator.low >>> 5)) * 2 ** -53;
  }

  /** Skips ahead as `rand:jump` does: 2^64 words, or 2^512 of exro928ss. */
  jump(): void {
    this.#generator.jump();
  }

  /** Another one that goes on from the same place; drawing from either leaves the other alone. */
  clone(): Random {
    return new Random(this.#generator.clone());
  }

  #uniformLarge(limit: number): number {
    assert(Number.isSafeInteger(limit) && limit >= 1, 'a limit is a whole number from 1 to 2^53 - 1');
    const { high, low } = this.#generator;
    // A word that is at most 2^58 - limit is never drawn again; nearly all are, and need no arbitrary precision.
    if (limit > mediumLimit || high >= limbMask - limit / limbSpan) return this.#uniformExact(limit);
    let rest = remainder((high % limit) * 2 ** 10 + (low >>> 19), limit);
    rest = remainder(rest * 2 ** 10 + ((low >>> 9) & 0x3ff), limit);
    return remainder(rest * 2 ** 9 + (low & 0x1ff), limit) + 1;
  }

  #uniformExact(limit: number): number {
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

/** `number mod limit`, both whole and below 2^53; several times as fast as the operator is on such numbers. */
function remainder(number: number, limit: number): number {
  const rest = number - Math.floor(number / limit) * limit;
  // The quotient may have been rounded up to the next integer, never down past one.
  return rest < 0 ? rest + limit : rest;
}
