// Value generators that are key generators, under their own names: whole numbers, lines of a file, a constant, and
// `keygen` for any other.
import { bytesOf } from '../bytes-of.js';
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { constant } from '../keys/constant.js';
import { fileLineBin } from '../keys/file-line-bin.js';
import { uniformInt } from '../keys/uniform-int.js';
import { keys, text } from '../parameter.js';
import { valuesOfKeys } from '../values-of-keys.js';

export const uniformIntValues: ValueGeneratorDefinition = {
  ...uniformInt,
  about: 'every integer from 1 to max, or count of them from start, as decimal digits',
  create: (given, context) => valuesOfKeys(uniformInt.create(given, context)),
};

export const fileLineValues: ValueGeneratorDefinition = {
  ...fileLineBin,
  about: 'the lines of a file in order, shared out to the workers, over and over',
  example: ['file_line_bin', './values.txt'],
  forms: [[text('path', 'the file')]],
  create: (given, context) => valuesOfKeys(fileLineBin.create(given, context)),
};

export const constantValues: ValueGeneratorDefinition = {
  ...constant,
  about: 'the same value every time: a text, or bytes in hexadecimal',
  create: (given, context) => valuesOfKeys(constant.create(given, context)),
};

export const keygen: ValueGeneratorDefinition = {
  name: 'keygen',
  about: 'the keys of a key generator as values',
  example: ['keygen', ['uuid_v4']],
  forms: [[keys('of', 'a key generator')]],
  create: (given) => valuesOfKeys(bytesOf(given.keys('of'))),
};
