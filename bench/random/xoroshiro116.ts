// exrop: Xoroshiro116+, Sebastiano Vigna's Xoroshiro128+ on 58-bit words, as in Erlang/OTP's `rand`.
import { type Generator58, limbMask, limbsOf } from './generator58.js';

/** The jump polynomial, equivalent to 2^64 steps. */
const jumpPolynomial = 0x9863200f83fcd4a11293241fcb12an;
const jumpBits = 116n;

export class Xoroshiro116 implements Generator58 {
  high = 0;
  low = 0;
  #h0: number;
  #l0: number;
  #h1: number;
  #l1: number;

  constructor(s0: bigint, s1: bigint) {
    [this.#h0, this.#l0] = limbsOf(s0);
    [this.#h1, this.#l1] = limbsOf(s1);
  }

  advance(): void {
    const sumLow = this.#l0 + this.#l1;
    this.high = (this.#h0 + this.#h1 + (sumLow >>> 29)) & limbMask;
    this.low = sumLow & limbMask;
    this.#step();
  }

  jump(): void {
    let h0 = 0;
    let l0 = 0;
    let h1 = 0;
    let l1 = 0;
    for (let bit = 0n; bit < jumpBits; bit++) {
      if (((jumpPolynomial >> bit) & 1n) === 1n) {
        h0 ^= this.#h0;
        l0 ^= this.#l0;
        h1 ^= this.#h1;
        l1 ^= this.#l1;
      }
      this.#step();
    }
    this.#h0 = h0;
    this.#l0 = l0;
    this.#h1 = h1;
    this.#l1 = l1;
  }

  clone(): Xoroshiro116 {
    const copy = new Xoroshiro116(0n, 0n);
    copy.#h0 = this.#h0;
    copy.#l0 = this.#l0;
    copy.#h1 = this.#h1;
    copy.#l1 = this.#l1;
    return copy;
  }

  /** s1 ^= s0; s0 = rotl(s0, 24) ^ s1 ^ (s1 << 2); s1 = rotl(s1, 35). */
  #step(): void {
    const h0 = this.#h0;
    const l0 = this.#l0;
    const h = this.#h1 ^ h0;
    const l = this.#l1 ^ l0;
    this.#h0 = (((h0 << 24) | (l0 >>> 5)) & limbMask) ^ h ^ (((h << 2) | (l >>> 27)) & limbMask);
    this.#l0 = (((l0 << 24) | (h0 >>> 5)) & limbMask) ^ l ^ ((l << 2) & limbMask);
    // A rotation by 35 exchanges the limbs and rotates by the 6 that are left.
    this.#h1 = ((l << 6) | (h >>> 23)) & limbMask;
    this.#l1 = ((h << 6) | (l >>> 23)) & limbMask;
  }
}

/** `rand:seed(exrop, {A, B, C})`. */
export function seedExrop([a, b, c]: readonly [bigint, bigint, bigint]): Xoroshiro116 {
  const [, second] = step(spread(a, 4294967197n), spread(b, 4294967231n));
  return new Xoroshiro116(...step(spread(c, 4294967279n), second));
}

function spread(seed: bigint, prime: bigint): bigint {
  return BigInt.asUintN(58, seed * prime + 1n);
}

/** The same step as above on whole words; only seeding uses it. */
function step(s0: bigint, s1: bigint): [s0: bigint, s1: bigint] {
  const mixed = s1 ^ s0;
  return [rotate(s0, 24n) ^ mixed ^ BigInt.asUintN(58, mixed << 2n), rotate(mixed, 35n)];
}

function rotate(word: bigint, by: bigint): bigint {
  return BigInt.asUintN(58, word << by) | (word >> (58n - by));
}
