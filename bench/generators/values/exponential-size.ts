// Sizes that fall off exponentially above a least one, as basho_bench draws them. A draw has 53 bits, so there is
// a largest size after all.
import type { Random } from '../../random/index.js';

/** The most that an exponential draw can be, in multiples of its mean: the logarithm of 2^53. */
const drawMax = 36.8;

export function exponentialSize(least: number, mean: number): (random: Random) => number {
  return (random) => least + Math.floor(-Math.log(1 - random.float()) * mean);
}

export function exponentialSizeMax(least: number, mean: number): number {
  return least + Math.ceil(drawMax * mean);
}
