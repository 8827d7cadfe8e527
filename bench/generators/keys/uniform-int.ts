// uniform_int: every integer of a range equally often. [uniform_int, Max] draws 1..Max; basho_bench's manual
// says 0..Max, its code never gave 0. [uniform_int, Start, Count] draws Start..Start+Count-1.
import type { GeneratorArguments, KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { largestInteger, whole } from '../parameter.js';

export const uniformInt: KeyGeneratorDefinition = {
  name: 'uniform_int',
  about: 'every integer from 1 to max, or count of them from start, equally often',
  example: ['uniform_int', 100_000],
  forms: [
    [whole('max', 'the largest key', 1)],
    [whole('start', 'the smallest key'), whole('count', 'how many keys', 1)],
  ],
  check: (given) => {
    const { below, count } = rangeOf(given);
    return Number.isSafeInteger(below + count)
      ? undefined
      : `it ends above ${largestInteger} (2^53 - 1), the largest exact integer`;
  },
  create: (given) => {
    const { below, count } = rangeOf(given);
    return integerKeys(count, (random) => below + random.uniform(count));
  },
};

function rangeOf(given: GeneratorArguments): { below: number; count: number } {
  const max = given.number('max', 0);
  return max > 0
    ? { below: 0, count: max }
    : { below: given.number('start') - 1, count: given.number('count') };
}
