// uniform_int: every integer of a range equally often. [uniform_int, Max] draws 1..Max; basho_bench's manual
// says 0..Max, its code never gave 0. [uniform_int, Start, Count] draws Start..Start+Count-1.
import type { Random } from '../random/index.js';
import type { KeyGenerator } from './generator.js';
import { GeneratorError, type GeneratorSpec, wholeNumbers } from './generator-spec.js';

export function uniformInt(spec: GeneratorSpec): KeyGenerator {
  const [start = 1, count = 1] =
    spec.length === 2
      ? [1, ...wholeNumbers(spec, 'uniform_int:100000', [1])]
      : wholeNumbers(spec, 'uniform_int:100000, or uniform_int:START:COUNT', [0, 1]);
  const below = start - 1;
  if (!Number.isSafeInteger(below + count)) {
    throw new GeneratorError(
      `uniform_int:${start}:${count} ends above 2^53 - 1, the largest exact integer`,
      2,
    );
  }
  return { kind: 'integer', keySpace: count, next: (random: Random) => below + random.uniform(count) };
}
