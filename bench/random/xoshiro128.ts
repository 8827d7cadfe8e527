// xoshiro128**, by David Blackman and Sebastiano Vigna: 32 bits at a time, quick enough to fill pools of bytes.
import { SplitMix64 } from './splitmix64.js';

export class Xoshiro128 {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor([a, b, c]: readonly [number, number, number]) {
    const seeder = new SplitMix64(BigInt(a));
    seeder.mix(BigInt(b));
    const [first, second] = [seeder.next58(), seeder.next58()];
    seeder.mix(BigInt(c));
    const [third, fourth] = [seeder.next58(), seeder.next58()];
    this.#a = Number(first & 0xffff_ffffn) | 0;
    this.#b = Number(second & 0xffff_ffffn) | 0;
    this.#c = Number(third & 0xffff_ffffn) | 0;
    // All zeros is the one state that it never leaves.
    this.#d = Number(fourth & 0xffff_ffffn) | 1;
  }

  /** The next 32 bits, from 0 up. */
  next(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result >>> 0;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
