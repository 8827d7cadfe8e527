// Arrivals of many independent users: distances are exponential with mean one (a Poisson process).
import type { Random } from '../random/index.js';
import type { UnitArrivals } from './unit-arrivals.js';

export function poissonArrivals(random: Random): UnitArrivals {
  let at = 0;
  return {
    next: () => {
      // The float is below 1, so that the logarithm is finite.
      at -= Math.log(1 - random.float());
      return at;
    },
  };
}
