/**
 * The claim's local search: exchanges partitions between members while that makes the ring less crowded, or as
 * crowded with fewer moves. Balance is kept by every step; the number of moves never passes the budget, unless
 * it was past it at the start, and then never rises. Deterministic: chance comes from the caller.
 *
 * One step takes a crowded position and tries it against up to 128 other positions in two ways: swap
 * the owners of both, or return the first to its owner before and give the second in its stead. The best
 * change is made. When none is for the better, one that is as good may be made (a walk on the plateau), but a
 * member does not return for a while to a position that it left, so that the walk goes somewhere.
 */
import { type ClaimBoard, unowned } from './claim-board.js';
import type { SeededChance } from './seeded-chance.js';

export interface SearchLimits {
  /** The most partitions that may change owner. */
  readonly movesMax: number;
  /** The most steps. */
  readonly stepsMax: number;
}

/** Improves the board in place, and leaves on it the best layout that was seen. */
export function searchClaim(board: ClaimBoard, limits: SearchLimits, chance: SeededChance): void {
  const search = new Search(board, limits, chance);
  search.reduceCrowding();
  search.reduceMoves();
}

interface Change {
  kind: 'none' | 'swap' | 'return';
  first: number;
  second: number;
  crowding: number;
  moves: number;
}

/** How many steps a member stays away from a position that it left. */
const restSteps = 12;

/** How many other positions one step tries: plenty to find a good one, and a large ring gets more steps. */
const looksMax = 128;

class Search {
  readonly #board: ClaimBoard;
  readonly #limits: SearchLimits;
  readonly #chance: SeededChance;
  readonly #fewest: number;
  readonly #most: number;
  readonly #restsUntil: Int32Array;
  #step = 0;

  constructor(board: ClaimBoard, limits: SearchLimits, chance: SeededChance) {
    this.#board = board;
    this.#limits = limits;
    this.#chance = chance;
    this.#fewest = Math.floor(board.ringSize / board.counts.length);
    this.#most = Math.ceil(board.ringSize / board.counts.length);
    this.#restsUntil = new Int32Array(board.ringSize * board.counts.length);
  }

  reduceCrowding(): void {
    const board = this.#board;
    let best = Int16Array.from(board.owners);
    let bestCrowding = board.crowding;
    let bestMoves = board.moves;
    for (; this.#step < this.#limits.stepsMax && board.crowding > 0; this.#step++) {
      const first = this.#crowdedPosition();
      const change = this.#bestChange(first, true);
      if (change.kind === 'none' || change.crowding > board.crowding) continue;
      this.#apply(change);
      if (board.crowding < bestCrowding || (board.crowding === bestCrowding && board.moves < bestMoves)) {
        best = Int16Array.from(board.owners);
        bestCrowding = board.crowding;
        bestMoves = board.moves;
      }
    }
    board.copy(best);
  }

  reduceMoves(): void {
    const board = this.#board;
    for (let position = 0; position < board.ringSize; position++) {
      const home = board.before[position]!;
      if (home === unowned || board.owners[position] === home) continue;
      const change = this.#bestChange(position, false);
      const isBetter = change.crowding < board.crowding || change.moves < board.moves;
      if (change.kind !== 'none' && change.crowding <= board.crowding && isBetter) this.#apply(change);
    }
  }

  /** One of the positions whose owner is too near to itself, by chance. */
  #crowdedPosition(): number {
    const board = this.#board;
    const start = this.#chance.below(board.ringSize);
    for (let step = 0; step < board.ringSize; step++) {
      const position = (start + step) % board.ringSize;
      if (board.pressure(position, board.owners[position]!) > 0) return position;
    }
    return start;
  }

  /** The change with the least crowding, and among those the fewest moves; among equals one by chance. */
  #bestChange(first: number, mayWalk: boolean): Change {
    const board = this.#board;
    const best: Change = { kind: 'none', first, second: first, crowding: Infinity, moves: Infinity };
    const movesMax = Math.max(this.#limits.movesMax, board.moves);
    const start = this.#chance.below(board.ringSize);
    const looks = Math.min(board.ringSize, looksMax);
    for (let step = 0; step < looks; step++) {
      const second = (start + step) % board.ringSize;
      if (board.owners[second] === board.owners[first]) continue;
      for (const kind of changeKinds) {
        const giveFirst = this.#ownerGiven(kind, first, second);
        if (giveFirst === unowned) continue;
        if (mayWalk && this.#rests(first, giveFirst, second)) continue;
        this.#weigh(kind, best, second, giveFirst, movesMax);
      }
    }
    return best;
  }

  /** Whom the first position would go to, or nobody if the change would break the balance. */
  #ownerGiven(kind: 'swap' | 'return', first: number, second: number): number {
    const { owners, before, counts } = this.#board;
    const loser = owners[second]!;
    if (kind === 'swap') return loser;
    const home = before[first]!;
    if (home === unowned || home === owners[first] || home === loser) return unowned;
    return counts[home]! < this.#most && counts[loser]! > this.#fewest ? home : unowned;
  }

  #rests(first: number, giveFirst: number, second: number): boolean {
    const { ringSize, owners } = this.#board;
    return (
      this.#restsUntil[giveFirst * ringSize + first]! > this.#step ||
      this.#restsUntil[owners[first]! * ringSize + second]! > this.#step
    );
  }

  /** Makes the change for a moment, and notes it if it is the best so far. */
  #weigh(kind: 'swap' | 'return', best: Change, second: number, giveFirst: number, movesMax: number): void {
    const board = this.#board;
    const [ownFirst, ownSecond] = [board.owners[best.first]!, board.owners[second]!];
    board.give(best.first, giveFirst);
    board.give(second, ownFirst);
    const { crowding, moves } = board;
    board.give(second, ownSecond);
    board.give(best.first, ownFirst);
    if (moves > movesMax || crowding > best.crowding) return;
    if (crowding === best.crowding && moves >= best.moves) return;
    best.kind = kind;
    best.second = second;
    best.crowding = crowding;
    best.moves = moves;
  }

  #apply(change: Change): void {
    const board = this.#board;
    if (change.kind === 'none') return;
    const giveFirst = this.#ownerGiven(change.kind, change.first, change.second);
    const [ownFirst, ownSecond] = [board.owners[change.first]!, board.owners[change.second]!];
    board.give(change.first, giveFirst);
    board.give(change.second, ownFirst);
    this.#restsUntil[ownFirst * board.ringSize + change.first] = this.#step + restSteps;
    this.#restsUntil[ownSecond * board.ringSize + change.second] = this.#step + restSteps;
  }
}

const changeKinds = ['swap', 'return'] as const;
