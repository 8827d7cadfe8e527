// A history sorted by key, and within a key by the time of the call: counting, since keys are many and each has few
// operations, then a sort of each key's own that is quick on what is nearly in order.
import type { History } from './history.js';

export interface KeyGroups {
  /** Numbers of operations in the history, a key's next to each other. */
  readonly order: Int32Array;
  /** Key i has the operations `order[starts[i]..starts[i + 1])`. */
  readonly starts: Int32Array;
}

export function groupByKey(history: History): KeyGroups {
  const { count, key, callUs } = history;
  const numbers = new Map<number, number>();
  const numberOf = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    let number = numbers.get(key[at]!);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key[at]!, number);
    }
    numberOf[at] = number;
  }
  const starts = new Int32Array(numbers.size + 1);
  for (let at = 0; at < count; at++) starts[numberOf[at]! + 1]!++;
  for (let i = 0; i < numbers.size; i++) starts[i + 1]! += starts[i]!;
  const next = starts.slice();
  const order = new Int32Array(count);
  for (let at = 0; at < count; at++) order[next[numberOf[at]!]!++] = at;
  for (let i = 0; i < numbers.size; i++) sortByCall(order, starts[i]!, starts[i + 1]!, callUs);
  return { order, starts };
}

/** A few operations that are out of place are moved one by one; where there are many, all are sorted. */
function sortByCall(order: Int32Array, from: number, to: number, callUs: Float64Array): void {
  let movesLeft = 8 * (to - from);
  for (let i = from + 1; i < to; i++) {
    const moved = order[i]!;
    const call = callUs[moved]!;
    let at = i;
    for (; at > from && callUs[order[at - 1]!]! > call; at--) order[at] = order[at - 1]!;
    order[at] = moved;
    movesLeft -= i - at;
    if (movesLeft < 0) {
      order.subarray(from, to).sort((a, b) => callUs[a]! - callUs[b]!);
      return;
    }
  }
}
