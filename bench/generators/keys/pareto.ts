// The Pareto draw that basho_bench's generators share: Lomax with shape 1.5, scaled so that its mean is a fifth of
// the key space, and floored. 80.75 % of the draws fall into the first fifth; 2.74 % lie beyond the key space.
import type { Random } from '../../random/index.js';
import { largestInteger } from '../parameter.js';

const shape = 1.5;

export function paretoDraw(max: number): (random: Random) => number {
  const scale = Math.floor(max * 0.2) * (shape - 1);
  return (random) => {
    const uniform = 1 - random.float();
    // The tail has no end; what is beyond the integers becomes the largest of them.
    return Math.min(largestInteger, Math.floor((uniform ** (-1 / shape) - 1) * scale));
  };
}
