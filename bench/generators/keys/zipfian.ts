// Zipf's distribution as YCSB draws it: the k-th most popular of n items has a frequency of 1 / (k^theta zeta).
// The method is that of Gray et al., "Quickly Generating Billion-Record Synthetic Databases" (SIGMOD 1994), for the sake
// of figures that compare with YCSB's. It is exact for the two most popular items; the third comes up to 20 % too
// often, the first ten together 5 %, and the others make up for it.
import type { Random } from '../../random/index.js';

export interface Zipfian {
  /** The rank of the next item, 0 for the most popular. */
  next(random: Random): number;
}

export function zipfian(count: number, theta: number, zetaCount = zeta(count, theta)): Zipfian {
  const alpha = 1 / (1 - theta);
  const secondUpTo = 1 + 0.5 ** theta;
  const eta = (1 - (2 / count) ** (1 - theta)) / (1 - secondUpTo / zetaCount);
  return {
    next(random) {
      const uniform = random.float();
      const share = uniform * zetaCount;
      if (share < 1) return 0;
      if (share < secondUpTo) return Math.min(1, count - 1);
      return Math.min(count - 1, Math.floor(count * (eta * uniform - eta + 1) ** alpha));
    },
  };
}

/** Terms that are added up one by one; the rest follows from the Euler-Maclaurin formula. */
const exactTerms = 1000;

/**
 * The sum of k^-theta for k from 1 to count, for theta from 0 up to but not including 1. YCSB adds up every term,
 * which takes minutes for the ten thousand million of its scrambled form; the formula's error is below 1e-12.
 */
export function zeta(count: number, theta: number): number {
  let sum = 0;
  const exact = Math.min(count, exactTerms);
  for (let k = 1; k <= exact; k++) sum += k ** -theta;
  if (count === exact) return sum;
  const integral = (count ** (1 - theta) - exact ** (1 - theta)) / (1 - theta);
  const ends = (count ** -theta - exact ** -theta) / 2;
  const slopes = (theta * (exact ** (-theta - 1) - count ** (-theta - 1))) / 12;
  return sum + integral + ends + slopes;
}
