// A key generator of plain integers from the one function that tells them apart.
import type { Random } from '../random/index.js';
import type { IntegerKeys } from './generator.js';

export function integerKeys(keySpace: number, next: (random: Random) => number): IntegerKeys {
  return { kind: 'integer', keySpace, next, encoding: undefined };
}
