/**
 * Whether the history of one register is linearizable, by trying the orders that its times allow (Wing and Gong,
 * 1993, with the memory of Lowe, 2017). Takes any history, deletes included, and is the oracle of the check
 * without a search; but its time grows with the number of operations at once, so it has a budget.
 */
import type { RegisterOperation } from './linearizable.js';

/** True or false, or `unknown` if that took more steps than allowed: never a guess. */
export function searchLinearizable(
  history: readonly RegisterOperation[],
  stepsMax = 200_000,
): boolean | 'unknown' {
  const operations = [...history].sort((a, b) => a.call - b.call);
  const search: Search = {
    operations,
    done: new Uint8Array(operations.length),
    seen: new Set(),
    steps: stepsMax,
  };
  const found = goOn(search, undefined);
  return search.steps < 0 ? 'unknown' : found;
}

interface Search {
  readonly operations: readonly RegisterOperation[];
  /** 1 for those that have their place already. */
  readonly done: Uint8Array;
  /** What was tried before, and led nowhere: which operations were done, and the value then. */
  readonly seen: Set<string>;
  steps: number;
}

function goOn(search: Search, value: string | undefined): boolean {
  const { operations, done, seen } = search;
  if (--search.steps < 0) return false;
  const earliestReturn = operations.reduce(
    (earliest, operation, i) => (done[i] === 1 ? earliest : Math.min(earliest, operation.return)),
    Number.POSITIVE_INFINITY,
  );
  // Those that are left may never have taken effect.
  if (earliestReturn === Number.POSITIVE_INFINITY) return true;
  const state = `${done.join('')} ${value ?? 'nothing'}`;
  if (seen.has(state)) return false;
  seen.add(state);
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i]!;
    if (operation.call > earliestReturn) break;
    if (done[i] === 1 || (operation.kind === 'read' && operation.value !== value)) continue;
    done[i] = 1;
    const isFound = goOn(search, operation.kind === 'write' ? operation.value : value);
    done[i] = 0;
    if (isFound) return true;
  }
  return false;
}
