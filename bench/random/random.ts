// Draws numbers from a generator, bit for bit as Erlang's `rand:uniform` does: a word of 58 bits, its remainder
// by the limit, and a further word when the one drawn lies in the incomplete last run of remainders.
// Leaves seeding to the generators' own files, and which generator there is to create-random.ts.
import assert from 'node:assert/strict';
import { type Generator58, limbMask } from './generator58.js';

/** Up to this limit the remainder of a word takes one multiplication by the limit's inverse; see `uniform`. */
const smallLimit = 2 ** 22;
/** Up to this limit it is when the lower limb is taken in three pieces of ten bits at most. */
const mediumLimit = 2 ** 43;
const limbSpan = 2 ** 29;
const wordSpan = 1n << 58n;

export class Random {
  readonly #generator: Generator58;
  /** The limit last drawn by, if it is a small one: a stream is mostly asked for the same. */
  #limit = 1;
  #inverse = 1;
  /** What the upper limb's unit is worth modulo the limit. */
  #limbRest = 0;

  constructor(generator: Generator58) {
    this.#generator = generator;
  }

  /** An integer from 1 to `limit` (a whole number below 2^53), each equally likely: `rand:uniform(Limit)`. */
  uniform(limit: number): number {
    const generator = this.#generator;
    generator.advance();
    if (generator.high === limbMask || (limit !== this.#limit && !this.#prepare(limit)))
      return this.#uniformLarge(limit);
    // Below 2^51 + 2^29, and equal to the word modulo the limit. So the product with the inverse is off by less than
    // 1 / limit, and its floor is the quotient or, where the limit divides the number, one less.
    const number = generator.high * this.#limbRest + generator.low;
    const rest = number - Math.floor(number * this.#inverse) * limit;
    return ((rest < limit ? rest : 0) | 0) + 1;
  }

  /** Gets ready for draws by `limit`; false when that is none of the small ones, or not a limit at all. */
  #prepare(limit: number): boolean {
    if (!(limit >= 1 && limit <= smallLimit) || (limit | 0) !== limit) return false;
    this.#limit = limit;
    this.#inverse = 1 / limit;
    this.#limbRest = limbSpan % limit;
    return true;
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
