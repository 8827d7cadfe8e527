// SplitMix64, by which Erlang's `rand` spreads a seed of three numbers over a generator's state (OTP 22 and later).

const mask64 = (1n << 64n) - 1n;
const mask58 = (1n << 58n) - 1n;

export class SplitMix64 {
  #state: bigint;

  constructor(state: bigint) {
    this.#state = state & mask64;
  }

  /** The next 58 bits that are not all zero. */
  next58(): bigint {
    for (;;) {
      const word = this.#next64() & mask58;
      if (word !== 0n) return word;
    }
  }

  /** Mixes a further number of the seed in. */
  mix(seed: bigint): void {
    this.#state = (this.#state ^ seed) & mask64;
  }

  #next64(): bigint {
    this.#state = (this.#state + 0x9e3779b97f4a7c15n) & mask64;
    let word = this.#state;
    word = ((word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64;
    word = ((word ^ (word >> 27n)) * 0x94d049bb133111ebn) & mask64;
    return word ^ (word >> 31n);
  }
}
