// Values of any size as slices of a pool: a size is drawn, then a place.
import type { Random } from '../random/index.js';
import type { ValueGenerator } from './generator.js';

export class SlicedValues implements ValueGenerator {
  readonly pool: Buffer;
  readonly sizeBytesMax: number;
  start = 0;
  end = 0;
  readonly #drawSize: (random: Random) => number;

  /** `drawSize` gives sizes up to `sizeBytesMax`, which is less than the pool's. */
  constructor(pool: Buffer, sizeBytesMax: number, drawSize: (random: Random) => number) {
    this.pool = pool;
    this.sizeBytesMax = sizeBytesMax;
    this.#drawSize = drawSize;
  }

  draw(random: Random): void {
    const size = this.#drawSize(random);
    this.start = random.uniform(this.pool.length - size) - 1;
    this.end = this.start + size;
  }
}
