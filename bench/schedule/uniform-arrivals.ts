// One arrival in each interval of length one, anywhere in it with equal likelihood: the rate is held exactly, but
// without the rhythm of equal distances, which can fall in with a rhythm of the store.
import type { Random } from '../random/index.js';
import type { UnitArrivals } from './unit-arrivals.js';

export function uniformArrivals(random: Random): UnitArrivals {
  let k = -1;
  return {
    next: () => {
      k++;
      return k + random.float();
    },
  };
}
