// Chooses operations by weight. Whole weights are drawn exactly as the tutorial's tool does it: the list with
// each operation repeated weight times, and a uniform draw of a place in it.
import type { Random } from '../random/index.js';
import { GeneratorError } from './generator-spec.js';

/** A list longer than this is replaced by its running sums. */
const listMax = 65_536;
/** Weights with a fraction are taken in steps of this size of their sum. */
const fractionSteps = 2 ** 28;

export class OperationMix {
  /** The operation at each place, while the list is short. */
  readonly #list: Uint16Array | undefined;
  /** Otherwise the last place of each operation. */
  readonly #ends: Float64Array;
  readonly #places: number;

  /** Throws GeneratorError unless every weight is a number from 0 up and one of them is above it. */
  constructor(weights: readonly number[]) {
    const odd = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
    if (odd >= 0) throw new GeneratorError(`a weight is a number from zero up, not ${weights[odd]}`);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum === 0)
      throw new GeneratorError(
        'all weights are zero, so there is nothing to do; give one a weight above zero',
      );
    if (sum === Number.POSITIVE_INFINITY)
      throw new GeneratorError('the weights add up to more than a number can hold');
    const isWhole = weights.every(Number.isSafeInteger) && Number.isSafeInteger(sum);
    const places = isWhole ? weights : scaled(weights, sum);
    let end = 0;
    this.#ends = Float64Array.from(places, (count) => {
      end += count;
      return end;
    });
    this.#places = end;
    if (end <= listMax) {
      this.#list = Uint16Array.from(
        places.flatMap((count, operation) => Array.from({ length: count }, () => operation)),
      );
    }
  }

  /** The next operation, by its number; one draw. */
  next(random: Random): number {
    const place = random.uniform(this.#places);
    if (this.#list !== undefined) return this.#list[place - 1]!;
    let operation = 0;
    while (this.#ends[operation]! < place) operation++;
    return operation;
  }
}

/** The weights as whole numbers of places; a weight above zero keeps at least one. */
function scaled(weights: readonly number[], sum: number): number[] {
  return weights.map((weight) =>
    weight === 0 ? 0 : Math.max(1, Math.round((weight / sum) * fractionSteps)),
  );
}
