/**
 * C3: with atomic requests each key is a linearizable register: there is an order of its operations, each
 * between its call and its return, that explains what all of them were told.
 */
import { linearizableMistake, type RegisterOperation } from '../../testing/linearizable.js';
import { searchLinearizable } from '../../testing/linearizable-search.js';
import type { Operation } from '../workload/operation.js';
import type { CheckerSpec } from './checker.js';

/** A history with deletes needs a search; a longer one is not searched, and counts as not told. */
const searchedMax = 400;

export const linearizable: CheckerSpec = {
  id: 'C3',
  demand: 'Atomic requests are linearizable per key.',
  notPromised: ({ hadLoss, hadRemovalByForce }) => {
    if (hadLoss) return 'a member that comes back empty has forgotten what it promised';
    if (hadRemovalByForce) return 'what a member held that was removed by force is given up';
    return undefined;
  },
  create: ({ consistency, observation, report }) => {
    if (consistency !== 'atomic') return {};
    const histories = new Map<string, RegisterOperation[]>();
    const historyOf = (key: string) => {
      const history = histories.get(key) ?? [];
      histories.set(key, history);
      return history;
    };
    return {
      returned: (operation) => {
        const told = registerOperation(operation);
        if (told !== undefined) historyOf(operation.key).push(told);
      },
      ended: ({ finalReads }) => {
        for (const [key, history] of histories) {
          const read = finalReads.get(key);
          const now = observation.tick();
          if (read?.startsWith('-') !== true)
            history.push({ kind: 'read', value: read, call: now, return: observation.tick() });
          const mistake = mistakeOf(history);
          if (mistake !== undefined) report(`${key}: ${mistake}`);
          histories.set(key, heritage(history, read, now));
        }
      },
    };
  },
};

/** What the next round begins with: the value that is there, and writes that may yet take effect. */
function heritage(
  history: readonly RegisterOperation[],
  value: string | undefined,
  now: number,
): RegisterOperation[] {
  const open = history.filter((operation) => operation.return === Number.POSITIVE_INFINITY);
  if (value === undefined) return open;
  return [{ kind: 'write', value, call: now, return: now }, ...open.filter((write) => write.value !== value)];
}

function mistakeOf(history: readonly RegisterOperation[]): string | undefined {
  const hasDeletes = history.some(({ kind, value }) => kind === 'write' && value === undefined);
  if (!hasDeletes) return linearizableMistake(history);
  if (history.length > searchedMax || searchLinearizable(history) !== false) return undefined;
  return 'no order of its operations explains what they were told';
}

/** A read that failed says nothing; a write that failed for certain must not be seen. */
function registerOperation(operation: Operation): RegisterOperation | undefined {
  const { kind, result, value, read, calledAt, returnedAt } = operation;
  if (result === 'failed' || (kind === 'get' && result !== 'ok')) return undefined;
  return {
    kind: kind === 'get' ? 'read' : 'write',
    value: kind === 'get' ? read : value,
    call: calledAt,
    return: result === 'ok' ? returnedAt : Number.POSITIVE_INFINITY,
  };
}
