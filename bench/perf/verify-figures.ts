// What checking a history costs.

import { Xoshiro128 } from '../random/index.js';
import { checkHistory, History, kindPut, kindRead, sawNothing, valueId } from '../verify/index.js';
import type { Figure } from './figure.js';

const historyCheck: Figure = {
  id: 'history-check',
  title: 'all checks of a history of 1,000,000 operations over 10,000 keys, 64 workers, in one thread',
  target: { kind: 'at most', value: 1 },
  unit: 's',
  prepare: async ({ isQuick }) => {
    const operations = isQuick ? 100_000 : 1_000_000;
    const history = linearizableHistory(operations, 10_000, 64);
    return {
      once: async () => {
        const startedMs = performance.now();
        const { counts, keys } = checkHistory(history, { auditor: -1 });
        const seconds = (performance.now() - startedMs) / 1000;
        const found = Object.values(counts).reduce((sum, count) => sum + count, 0);
        return { value: seconds, detail: `${operations} operations, ${keys} keys, ${found} violations` };
      },
      close: async () => {},
    };
  },
};

/** What a right store would have answered to 64 workers at once: each operation takes effect somewhere in its time. */
function linearizableHistory(operations: number, keys: number, workers: number): History {
  const random = new Xoshiro128([1, 2, 3]);
  const history = new History(operations);
  const held = new Float64Array(keys).fill(sawNothing);
  const sequences = new Float64Array(workers);
  for (let i = 0; i < operations; i++) {
    const worker = i % workers;
    const key = Math.floor((random.next() / 2 ** 32) * keys);
    // Effects follow each other by a microsecond; calls and returns lie up to 30 µs around them.
    const [callUs, returnUs] = [i - (random.next() % 30), i + (random.next() % 30)];
    if (random.next() % 2 === 0) {
      sequences[worker]! += 1;
      held[key] = valueId(worker, sequences[worker]!);
      history.add({ kind: kindPut, worker, key, value: held[key]!, callUs, returnUs });
    } else {
      history.add({ kind: kindRead, worker, key, value: held[key]!, callUs, returnUs });
    }
  }
  return history;
}

export const verifyFigures: readonly Figure[] = [historyCheck];
