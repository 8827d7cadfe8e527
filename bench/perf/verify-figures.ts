// What checking a history costs.

import { Xoshiro128 } from '../random/index.js';
import { checkHistory, History, kindPut, kindRead, sawNothing, valueId } from '../verify/index.js';
import type { Figure } from './figure.js';
import { rkvBench, startRedis } from './processes.js';

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

const verifyCost: Figure = {
  id: 'verify-cost',
  title: 'redis driver, 20 workers: ops/s with --verify / without, on one and the same Redis',
  target: { kind: 'at least', value: 0.6 },
  unit: '',
  prepare: async ({ isQuick }) => {
    const redis = await startRedis();
    const duration = isQuick ? '1s' : '5s';
    const flags = ['--driver', 'redis', '--endpoint', `127.0.0.1:${redis.port}`, '--workers', '20'];
    const load = ['--operations', 'get=1,put=1', '--duration', duration];
    return {
      once: async () => {
        const plain = await rkvBench([...flags, ...load]);
        const verified = await rkvBench([...flags, ...load, '--verify']);
        const [a, b] = [verified.total.opsPerSecond, plain.total.opsPerSecond];
        return { value: a / b, detail: `${Math.round(a / 1000)} to ${Math.round(b / 1000)} k/s` };
      },
      close: () => redis.close(),
    };
  },
};

export const verifyFigures: readonly Figure[] = [historyCheck, verifyCost];
