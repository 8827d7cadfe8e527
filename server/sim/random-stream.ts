/**
 * Chance for the simulation: independent streams of one seed (sfc32, by Chris Doty-Humphrey, as in PractRand).
 * Each use has a stream of its own, named after it, so that to draw more in one (a fault left out, a client
 * less) does not reshuffle the others. No logarithm and no power: those differ between versions of V8.
 */

export class RandomStream {
  readonly #seed: number;
  readonly #name: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, name: string) {
    this.#seed = seed;
    this.#name = name;
    this.#a = hashText(name, 0x811c9dc5);
    this.#b = seed | 0;
    this.#c = Math.floor(seed / 0x1_0000_0000) | 0;
    for (let i = 0; i < 15; i++) this.word();
  }

  /** A stream of the same seed that does not depend on what was drawn here. */
  fork(name: string): RandomStream {
    return new RandomStream(this.#seed, `${this.#name}/${name}`);
  }

  /** 32 bits. */
  word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** From 0 up to 1. */
  fraction(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** An integer from 0 up to `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  between(low: number, high: number): number {
    return low + this.fraction() * (high - low);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** The same entries in an order drawn by chance. */
  shuffled<T>(from: readonly T[]): T[] {
    const result = [...from];
    for (let i = result.length - 1; i > 0; i--) {
      const other = this.below(i + 1);
      [result[i], result[other]] = [result[other]!, result[i]!];
    }
    return result;
  }
}

/** FNV-1a over the text's code units. */
export function hashText(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
