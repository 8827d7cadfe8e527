// exsss and exsp: Xorshift116** and Xorshift116+, Sebastiano Vigna's Xorshift128+ on 58-bit words, as in
// Erlang/OTP's `rand`. Both step alike and differ in how a word is scrambled out of the state.
// Limbs throughout: h is the upper and l the lower half of a word; see generator58.ts.
import { type Generator58, limbMask, limbsOf } from './generator58.js';
import { SplitMix64 } from './splitmix64.js';

const mask58 = (1n << 58n) - 1n;
/** The jump polynomial, equivalent to 2^64 steps, in words of 58 bits, lowest first. */
const jumpPolynomial = [0x02f8ea6bc32c797n, 0x345d2a0f85f788cn];

export class Xorshift116 implements Generator58 {
  high = 0;
  low = 0;
  readonly #isStarStar: boolean;
  #olderHigh: number;
  #olderLow: number;
  #newerHigh: number;
  #newerLow: number;

  constructor(older: bigint, newer: bigint, scrambler: '**' | '+') {
    this.#isStarStar = scrambler === '**';
    [this.#olderHigh, this.#olderLow] = limbsOf(older);
    [this.#newerHigh, this.#newerLow] = limbsOf(newer);
  }

  advance(): void {
    const h0 = this.#newerHigh;
    const l0 = this.#newerLow;
    this.#step();
    if (this.#isStarStar) {
      // rotl(s * 5, 7) * 9, where a multiplication is a shift and an addition.
      const fiveLow = l0 + ((l0 << 2) & limbMask);
      const fh = (h0 + (((h0 << 2) | (l0 >>> 27)) & limbMask) + (fiveLow >>> 29)) & limbMask;
      const fl = fiveLow & limbMask;
      const rh = ((fh << 7) | (fl >>> 22)) & limbMask;
      const rl = ((fl << 7) | (fh >>> 22)) & limbMask;
      const nineLow = rl + ((rl << 3) & limbMask);
      this.high = (rh + (((rh << 3) | (rl >>> 26)) & limbMask) + (nineLow >>> 29)) & limbMask;
      this.low = nineLow & limbMask;
    } else {
      const sumLow = l0 + this.#newerLow;
      this.high = (h0 + this.#newerHigh + (sumLow >>> 29)) & limbMask;
      this.low = sumLow & limbMask;
    }
  }

  jump(): void {
    let olderHigh = 0;
    let olderLow = 0;
    let newerHigh = 0;
    let newerLow = 0;
    for (const word of jumpPolynomial) {
      for (let bit = 0n; bit < 58n; bit++) {
        if (((word >> bit) & 1n) === 1n) {
          olderHigh ^= this.#olderHigh;
          olderLow ^= this.#olderLow;
          newerHigh ^= this.#newerHigh;
          newerLow ^= this.#newerLow;
        }
        this.#step();
      }
    }
    this.#olderHigh = olderHigh;
    this.#olderLow = olderLow;
    this.#newerHigh = newerHigh;
    this.#newerLow = newerLow;
  }

  clone(): Xorshift116 {
    const copy = new Xorshift116(0n, 0n, this.#isStarStar ? '**' : '+');
    copy.#olderHigh = this.#olderHigh;
    copy.#olderLow = this.#olderLow;
    copy.#newerHigh = this.#newerHigh;
    copy.#newerLow = this.#newerLow;
    return copy;
  }

  #step(): void {
    const h0 = this.#newerHigh;
    const l0 = this.#newerLow;
    const bh = this.#olderHigh ^ (((this.#olderHigh << 24) | (this.#olderLow >>> 5)) & limbMask);
    const bl = this.#olderLow ^ ((this.#olderLow << 24) & limbMask);
    this.#olderHigh = h0;
    this.#olderLow = l0;
    this.#newerHigh = bh ^ h0 ^ (bh >>> 11);
    this.#newerLow = bl ^ l0 ^ (((bl >>> 11) | (bh << 18)) & limbMask) ^ (h0 >>> 12);
  }
}

/** `rand:seed(exsss, {A, B, C})`. */
export function seedExsss([a, b, c]: readonly [bigint, bigint, bigint]): Xorshift116 {
  // Each number is mixed into what the one before has left, and gives a word; the first word is not used.
  const seeder = new SplitMix64(a);
  seeder.next58();
  seeder.mix(b);
  const older = seeder.next58();
  seeder.mix(c);
  return new Xorshift116(older, seeder.next58(), '**');
}

/** `rand:seed(exsp, {A, B, C})`, the older way of seeding, by multiplication with primes and two steps. */
export function seedExsp([a, b, c]: readonly [bigint, bigint, bigint]): Xorshift116 {
  const first = step(spread(a, 4294967197n), spread(b, 4294967231n));
  const [older, newer] = step(spread(c, 4294967279n), first[1]);
  return new Xorshift116(older, newer, '+');
}

function spread(seed: bigint, prime: bigint): bigint {
  return BigInt.asUintN(58, seed * prime + 1n);
}

/** The same step as above on whole words; only seeding uses it. */
function step(older: bigint, newer: bigint): [older: bigint, newer: bigint] {
  const shifted = older ^ ((older << 24n) & mask58);
  return [newer, shifted ^ newer ^ (shifted >> 11n) ^ (newer >> 41n)];
}
