/**
 * The claim's working table: owners by position, how many partitions each member has, how crowded the ring is
 * and how many partitions have moved, all kept up to date by each single change, so that a search can try
 * millions of changes. It keeps no rule by itself; what is balanced or allowed is the search's business.
 *
 * Crowding is the sum over all pairs of equal owners at a distance below target_n, the wrap included. A pair
 * next to each other spoils preference lists of two, three and four; a pair at distance three only those of
 * four. A spoiled list of two weighs as ten of three, and one of three as ten of four.
 */
import assert from 'node:assert/strict';

/** No owner: the owner so far may not keep the partition. */
export const unowned = -1;

export class ClaimBoard {
  readonly ringSize: number;
  readonly targetN: number;
  readonly owners: Int16Array;
  readonly before: Int16Array;
  /** Partitions by member. */
  readonly counts: Int32Array;
  crowding = 0;
  /** Positions whose owner is not the one before; those that had none count as moved too. */
  moves = 0;
  readonly #weights: Float64Array;
  /** A distance around the ring counts once: on a small ring the two ways around may meet. */
  readonly #reach: number;

  constructor(before: Int16Array, members: number, targetN: number) {
    this.ringSize = before.length;
    this.targetN = targetN;
    this.before = before;
    this.owners = Int16Array.from(before);
    this.counts = new Int32Array(members);
    this.#weights = pairWeights(targetN);
    this.#reach = Math.min(targetN - 1, Math.floor((this.ringSize - 1) / 2));
    for (let position = 0; position < this.ringSize; position++) {
      const owner = before[position]!;
      assert(owner >= unowned && owner < members, `owner ${owner} of ${members}`);
      if (owner === unowned) this.moves++;
      else this.counts[owner]!++;
      this.crowding += this.pressure(position, owner) / 2;
    }
  }

  /** What the owner would add to the crowding at the position: 0 for no owner. */
  pressure(position: number, owner: number): number {
    if (owner === unowned) return 0;
    const { owners, ringSize } = this;
    let sum = 0;
    for (let distance = 1; distance <= this.#reach; distance++) {
      const right = position + distance;
      const left = position - distance;
      if (owners[right < ringSize ? right : right - ringSize] === owner) sum += this.#weights[distance]!;
      if (owners[left >= 0 ? left : left + ringSize] === owner) sum += this.#weights[distance]!;
    }
    return sum;
  }

  /** Gives the position to the owner. */
  give(position: number, owner: number): void {
    const from = this.owners[position]!;
    if (from === owner) return;
    this.crowding += this.pressure(position, owner) - this.pressure(position, from);
    this.owners[position] = owner;
    if (from !== unowned) this.counts[from]!--;
    if (owner !== unowned) this.counts[owner]!++;
    const home = this.before[position]!;
    if (from === home && home !== unowned) this.moves++;
    else if (owner === home) this.moves--;
  }

  /** Takes over another layout for the same members. */
  copy(owners: Int16Array): void {
    for (let position = 0; position < this.ringSize; position++) this.give(position, owners[position]!);
  }
}

/** By distance: for target_n 4 a neighbour weighs 123, one at distance two 12, and one at distance three 1. */
function pairWeights(targetN: number): Float64Array {
  const weights = new Float64Array(targetN);
  for (let distance = 1; distance < targetN; distance++) {
    for (let width = distance + 1; width <= targetN; width++) {
      weights[distance]! += (width - distance) * 10 ** (targetN - width);
    }
  }
  return weights;
}
