// Arrivals at equal distances: number k at k plus the offset.
import type { UnitArrivals } from './unit-arrivals.js';

/** `offset`, from 0 up to 1, keeps several sequences of one rate apart. */
export function constantArrivals(offset = 0): UnitArrivals {
  let k = -1;
  return {
    next: () => {
      k++;
      return k + offset;
    },
  };
}
