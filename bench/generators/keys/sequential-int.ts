// sequential_int: 0, 1, 2, ... up to max-1, then the worker is done. Every worker draws the same keys; to share
// them out use partitioned_sequential_int.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { whole } from '../parameter.js';
import { sequence } from './sequence.js';

export const sequentialInt: KeyGeneratorDefinition = {
  name: 'sequential_int',
  about: '0, 1, ... max-1 in order, for every worker alike; then the worker stops',
  example: ['sequential_int', 100_000],
  forms: [[whole('max', 'how many keys', 1)]],
  create: (given, context) => sequence(0, given.number('max'), context),
};
