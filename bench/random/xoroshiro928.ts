// exro928ss: Xoroshiro928**, Sebastiano Vigna's Xoroshiro1024** on sixteen 58-bit words, as in Erlang/OTP's `rand`.
import { type Generator58, limbMask, limbsOf } from './generator58.js';
import { SplitMix64 } from './splitmix64.js';

const words = 16;
/** The jump polynomial, equivalent to 2^512 steps, in words of 58 bits, lowest first. */
const jumpPolynomial = [
  0x4085302f77130can,
  0x54e07f7f4524091n,
  0x5e1d7d6813d2ba0n,
  0x4687acef8644287n,
  0x4567fd9f0b83fe5n,
  0x43e6d27ea06c024n,
  0x641e015ac26d5d2n,
  0x6cd61377663b92fn,
  0x70a0657e19f00d4n,
  0x43c0bdde15cf3c3n,
  0x745a3a8a3cef3ccn,
  0x58a8cf308c8e0c6n,
  0x7b7c4cc049c536en,
  0x431801f9db3af2cn,
  0x41a1504acd83f24n,
  0x6c41dcf2f867d7fn,
];

export class Xoroshiro928 implements Generator58 {
  high = 0;
  low = 0;
  readonly #high = new Int32Array(words);
  readonly #low = new Int32Array(words);
  /** The place of s15; s0 stands at the next one. */
  #at = 0;

  /** s15 first, then s0 to s14. */
  constructor(state: readonly bigint[]) {
    state.forEach((word, index) => {
      [this.#high[index], this.#low[index]] = limbsOf(word) as [number, number];
    });
  }

  advance(): void {
    const first = (this.#at + 1) % words;
    const h0 = this.#high[first]!;
    const l0 = this.#low[first]!;
    this.#step();
    // rotl(s0 * 5, 7) * 9, where a multiplication is a shift and an addition.
    const fiveLow = l0 + ((l0 << 2) & limbMask);
    const fh = (h0 + (((h0 << 2) | (l0 >>> 27)) & limbMask) + (fiveLow >>> 29)) & limbMask;
    const fl = fiveLow & limbMask;
    const rh = ((fh << 7) | (fl >>> 22)) & limbMask;
    const rl = ((fl << 7) | (fh >>> 22)) & limbMask;
    const nineLow = rl + ((rl << 3) & limbMask);
    this.high = (rh + (((rh << 3) | (rl >>> 26)) & limbMask) + (nineLow >>> 29)) & limbMask;
    this.low = nineLow & limbMask;
  }

  jump(): void {
    const high = new Int32Array(words);
    const low = new Int32Array(words);
    for (const word of jumpPolynomial) {
      // A word of the polynomial has its highest set bit as an end mark: 58 bits count.
      for (let bit = 0n; bit < 58n; bit++) {
        if (((word >> bit) & 1n) === 1n) {
          for (let i = 0; i < words; i++) {
            high[i]! ^= this.#high[(this.#at + i) % words]!;
            low[i]! ^= this.#low[(this.#at + i) % words]!;
          }
        }
        this.#step();
      }
    }
    this.#high.set(high);
    this.#low.set(low);
    this.#at = 0;
  }

  clone(): Xoroshiro928 {
    const copy = new Xoroshiro928([]);
    copy.#high.set(this.#high);
    copy.#low.set(this.#low);
    copy.#at = this.#at;
    return copy;
  }

  /** q = s15 ^ s0; s15 = rotl(s0, 44) ^ q ^ (q << 9); s0 = rotl(q, 45); then s0 takes the place of s15. */
  #step(): void {
    const last = this.#at;
    const first = (last + 1) % words;
    const h0 = this.#high[first]!;
    const l0 = this.#low[first]!;
    const h = this.#high[last]! ^ h0;
    const l = this.#low[last]! ^ l0;
    // Rotations by 44 and 45 exchange the limbs and rotate by 15 and 16.
    this.#high[last] = (((l0 << 15) | (h0 >>> 14)) & limbMask) ^ h ^ (((h << 9) | (l >>> 20)) & limbMask);
    this.#low[last] = (((h0 << 15) | (l0 >>> 14)) & limbMask) ^ l ^ ((l << 9) & limbMask);
    this.#high[first] = ((l << 16) | (h >>> 13)) & limbMask;
    this.#low[first] = ((h << 16) | (l >>> 13)) & limbMask;
    this.#at = first;
  }
}

/** `rand:seed(exro928ss, {A, B, C})`. */
export function seedExro928ss([a, b, c]: readonly [bigint, bigint, bigint]): Xoroshiro928 {
  const seeder = new SplitMix64(a);
  const state = [seeder.next58()];
  seeder.mix(b);
  state.push(seeder.next58());
  seeder.mix(c);
  while (state.length < words) state.push(seeder.next58());
  return new Xoroshiro928(state);
}
