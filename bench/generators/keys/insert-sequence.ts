// insert_sequence: new keys without end, each of them used by one worker alone. Worker i of W inserts start+i-1,
// start+i-1+W, ...; latest_int reads what the same worker has inserted.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integerKeys } from '../integer-keys.js';
import { whole } from '../parameter.js';

export const insertSequence: KeyGeneratorDefinition = {
  name: 'insert_sequence',
  about: 'new keys from start on, no two workers the same',
  example: ['insert_sequence', 100_000],
  forms: [[whole('start', 'the first new key: how many there are already', 0, 2 ** 48)]],
  create: (given, { workerId, workers, inserted }) => {
    const first = given.number('start') + workerId - 1;
    return integerKeys(Number.POSITIVE_INFINITY, () => first + workers * inserted.count++);
  },
};
