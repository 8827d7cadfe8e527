// Linearizability by search, for the keys that were deleted: a read that finds nothing does not say after which
// delete. Tries the orders that the times allow (Wing and Gong, Testing and Verifying Concurrent Objects, 1993),
// remembering what led nowhere (Lowe, Testing for linearizability, 2017). Where that would take long it says
// `unknown`, never a guess.
import { type History, kindRead, sawNothing } from './history.js';

const operationsMax = 200;
const stepsMax = 20_000;

export type Order = 'found' | 'none' | 'unknown';

interface Step {
  readonly isRead: boolean;
  readonly value: number;
  readonly call: number;
  readonly return: number;
}

/** Whether the operations `order[from..to)` of one key, sorted by call, can stand in one order. */
export function searchOrder(history: History, order: Int32Array, from: number, to: number): Order {
  if (to - from > operationsMax) return 'unknown';
  const { kind, value, callUs, returnUs } = history;
  const steps: Step[] = [];
  for (let i = from; i < to; i++) {
    const at = order[i]!;
    steps.push({
      isRead: kind[at] === kindRead,
      value: value[at]!,
      call: callUs[at]!,
      return: returnUs[at]!,
    });
  }
  const search = { steps, done: new Uint8Array(steps.length), seen: new Set<string>(), left: stepsMax };
  // The key may have held any value at first: nothing, or one that the first read of it tells.
  const initials = new Set([
    sawNothing,
    ...steps.map(({ value }) => value).filter((one) => one < sawNothing),
  ]);
  for (const initial of initials) {
    search.seen.clear();
    if (canGoOn(search, initial)) return 'found';
  }
  return search.left <= 0 ? 'unknown' : 'none';
}

interface Search {
  readonly steps: readonly Step[];
  readonly done: Uint8Array;
  readonly seen: Set<string>;
  left: number;
}

function canGoOn(search: Search, value: number): boolean {
  const { steps, done, seen } = search;
  if (search.left-- <= 0) return false;
  let horizon = Number.POSITIVE_INFINITY;
  for (let i = 0; i < steps.length; i++)
    if (done[i] === 0 && steps[i]!.return < horizon) horizon = steps[i]!.return;
  // What is left may never have taken effect.
  if (horizon === Number.POSITIVE_INFINITY) return true;
  const state = `${done.join('')}:${value}`;
  if (seen.has(state)) return false;
  seen.add(state);
  for (let i = 0; i < steps.length && steps[i]!.call <= horizon; i++) {
    const step = steps[i]!;
    if (done[i] === 1 || (step.isRead && step.value !== value)) continue;
    done[i] = 1;
    const isFound = canGoOn(search, step.isRead ? value : step.value);
    done[i] = 0;
    if (isFound) return true;
  }
  return false;
}
