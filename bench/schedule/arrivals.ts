// The moments at which operations are due, one after the other, as a dispatch reads them.

export interface Arrivals {
  /** When the present arrival is due, in microseconds since the start; Infinity behind the last one. */
  readonly atUs: number;
  /** Its number, from 0. */
  readonly index: number;
  advance(): void;
}

/** The moments of a trace. `speed` 2 has them in half of the time. */
export class ListedArrivals implements Arrivals {
  index = 0;
  readonly #offsetUs: Float64Array;
  readonly #speed: number;

  constructor(offsetUs: Float64Array, speed: number) {
    this.#offsetUs = offsetUs;
    this.#speed = speed;
  }

  get atUs(): number {
    const offsetUs = this.#offsetUs[this.index];
    return offsetUs === undefined ? Number.POSITIVE_INFINITY : offsetUs / this.#speed;
  }

  advance(): void {
    this.index++;
  }
}
