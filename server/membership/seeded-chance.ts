/**
 * Chance from a seed, for the claim's search alone: the same seed gives the same draws on every machine, so a
 * plan can be made again from the seed that it stores. Mulberry32 by Tommy Ettinger: 32 bits of state are
 * plenty for choices among equals, and it draws in a few multiplications.
 */

export class SeededChance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `limit` - 1, for a limit up to 2^32. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
  }
}
