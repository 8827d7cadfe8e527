/**
 * The claim: who owns which partition after members have come and gone. Always balanced within one partition.
 * Then, in this order of weight:
 *
 * - A ring that is balanced and has nothing to give up stays as it is, so claiming twice changes nothing.
 * - When members only join, at most ceil(Q/S) + target_n partitions move for each of them: the spacing is the
 *   best that is found within that. Fewer members than target_n get the plain stripe if it is within it, which
 *   it always is from a single member.
 * - When a member leaves, spacing comes before moves: if few moves do not space the ring, it is striped anew.
 *
 * Pure and deterministic: the seed decides among equals, and the plan stores it.
 */
import assert from 'node:assert/strict';
import { stripe, targetN as targetNDefault } from '../ring/index.js';
import { ClaimBoard, unowned } from './claim-board.js';
import { searchClaim } from './claim-search.js';
import { SeededChance } from './seeded-chance.js';

export interface ClaimOptions {
  /** Owners by position, as numbers of the members that may claim; `unowned` where the owner must give up. */
  readonly before: Int16Array;
  /** How many members may claim. */
  readonly members: number;
  readonly seed: number;
  readonly targetN?: number;
}

/** Bounds the search: 20 steps for each partition take about 0.4 s on the largest ring. */
const stepsPerPartition = 20;

/** The most partitions that members who join, and nobody who leaves, may cause to move. */
export function joinMovesMax(ringSize: number, members: number, joining: number, targetN: number): number {
  return joining * (Math.ceil(ringSize / members) + targetN);
}

/** Returns the new owners by position. */
export function claim(options: ClaimOptions): Int16Array {
  const { before, members, seed } = options;
  const targetN = options.targetN ?? targetNDefault;
  assert(members > 0, 'somebody must own the ring');
  const board = new ClaimBoard(before, members, targetN);
  const isLeave = before.includes(unowned);
  if (!isLeave && isBalanced(board)) return Int16Array.from(before);
  const joining = board.counts.reduce((empty, count) => empty + (count === 0 ? 1 : 0), 0);
  const striped = stripedBoard(before, members, targetN);
  const movesMax = Math.max(
    fewestMoves(board),
    isLeave ? before.length : joinMovesMax(before.length, members, joining, targetN),
  );
  const isStripeWanted = members < targetN || striped.moves === fewestMoves(board);
  if (!isLeave && isStripeWanted && striped.moves <= movesMax) return striped.owners;
  balance(board);
  searchClaim(board, { movesMax, stepsMax: stepsPerPartition * before.length }, new SeededChance(seed));
  if (striped.crowding < board.crowding && striped.moves <= movesMax) return striped.owners;
  return board.owners;
}

function isBalanced(board: ClaimBoard): boolean {
  const [fewest, most] = evenShare(board);
  return board.counts.every((count) => count >= fewest && count <= most);
}

function evenShare(board: ClaimBoard): [fewest: number, most: number] {
  const share = board.ringSize / board.counts.length;
  return [Math.floor(share), Math.ceil(share)];
}

function stripedBoard(before: Int16Array, members: number, targetN: number): ClaimBoard {
  const board = new ClaimBoard(before, members, targetN);
  board.copy(stripe(before.length, members));
  return board;
}

/** How many partitions each member shall have: whoever has most now may keep one more than the others. */
function quotas(board: ClaimBoard): Int32Array {
  const [fewest] = evenShare(board);
  const quota = new Int32Array(board.counts.length).fill(fewest);
  const byCount = Array.from(board.counts.keys()).sort(
    (a, b) => board.counts[b]! - board.counts[a]! || a - b,
  );
  const extra = board.ringSize % board.counts.length;
  for (const member of byCount.slice(0, extra)) quota[member]!++;
  return quota;
}

function fewestMoves(board: ClaimBoard): number {
  const quota = quotas(board);
  return board.counts.reduce((sum, count, member) => sum + Math.max(0, quota[member]! - count), 0);
}

/**
 * Moves as few partitions as balance needs. Whoever lacks most takes next, the position that crowds the ring
 * least; among equals the first one from target_n behind the member's last on, so that a newcomer to a regular
 * ring takes every fourth position.
 */
function balance(board: ClaimBoard): void {
  const quota = quotas(board);
  const nextFrom = new Int32Array(quota.length);
  for (;;) {
    const taker = neediest(board, quota);
    if (taker === undefined) return;
    let best = unowned;
    let bestCrowding = Infinity;
    for (let step = 0; step < board.ringSize; step++) {
      const position = (nextFrom[taker]! + step) % board.ringSize;
      const owner = board.owners[position]!;
      if (owner !== unowned && board.counts[owner]! <= quota[owner]!) continue;
      const crowding = board.pressure(position, taker) - board.pressure(position, owner);
      if (crowding < bestCrowding) [best, bestCrowding] = [position, crowding];
    }
    board.give(best, taker);
    nextFrom[taker] = best + quota.length;
  }
}

function neediest(board: ClaimBoard, quota: Int32Array): number | undefined {
  let taker: number | undefined;
  let lacking = 0;
  for (let member = 0; member < quota.length; member++) {
    const lacks = quota[member]! - board.counts[member]!;
    if (lacks > lacking) [taker, lacking] = [member, lacks];
  }
  return taker;
}
