// Generators by the names that Erlang gives them.
import type { Generator58 } from './generator58.js';
import { Random } from './random.js';
import { seedExrop } from './xoroshiro116.js';
import { seedExro928ss } from './xoroshiro928.js';
import { seedExsp, seedExsss } from './xorshift116.js';

export type Seed = readonly [number, number, number];

const seeders: Readonly<Record<string, (seed: readonly [bigint, bigint, bigint]) => Generator58>> = {
  exsss: seedExsss,
  exsp: seedExsp,
  exrop: seedExrop,
  exro928ss: seedExro928ss,
};

export const randomAlgorithms: readonly string[] = Object.keys(seeders);

/** `rand:seed(Algorithm, {A, B, C})`; fails for an algorithm that is not in `randomAlgorithms`. */
export function createRandom(algorithm: string, [a, b, c]: Seed): Random {
  const seed = Object.hasOwn(seeders, algorithm) ? seeders[algorithm] : undefined;
  if (seed === undefined)
    throw new RangeError(`no random algorithm "${algorithm}"; known: ${randomAlgorithms.join(', ')}`);
  return new Random(seed([BigInt(a), BigInt(b), BigInt(c)]));
}
