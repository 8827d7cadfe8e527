// partitioned_sequential_int: a range of keys shared out to the workers, each drawn once, then the worker is done.
// Worker i of W gets Count div W keys; the last one also gets what is left over, as in basho_bench.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { whole } from '../parameter.js';
import { sequence } from './sequence.js';

export const partitionedSequentialInt: KeyGeneratorDefinition = {
  name: 'partitioned_sequential_int',
  about: 'count keys from start (default 0) in order, a share for each worker; then the worker stops',
  example: ['partitioned_sequential_int', 0, 100_000],
  forms: [
    [whole('count', 'how many keys', 1)],
    [whole('start', 'the first key'), whole('count', 'how many keys', 1)],
    [
      whole('start', 'the first key'),
      whole('count', 'how many keys', 1),
      whole('workers', 'how many workers share them (default all)', 1),
    ],
  ],
  check: (given) =>
    Number.isSafeInteger(given.number('start', 0) + given.number('count'))
      ? undefined
      : 'it ends above 2^53 - 1, the largest exact integer',
  create: (given, context) => {
    const count = given.number('count');
    const workers = given.number('workers', context.workers);
    // With fewer shares than workers, the shares are taken again from the first.
    const share = (context.workerId - 1) % workers;
    const size = Math.floor(count / workers);
    const start = given.number('start', 0) + size * share;
    return sequence(start, share === workers - 1 ? count - size * share : size, context);
  },
};
