// int_to_str: decimal digits, which is what integers are on the wire anyway.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { integersOf } from '../integers-of.js';
import { keys } from '../parameter.js';
import { decimalEncoding } from '../transform-keys.js';

export const intToStr: KeyGeneratorDefinition = {
  name: 'int_to_str',
  about: 'the integers of another generator as decimal digits',
  example: ['int_to_str', ['uniform_int', 100_000]],
  gives: 'converted',
  forms: [[keys('of', 'integers')]],
  create: (given) => integersOf(given.keys('of'), 'int_to_str', decimalEncoding),
};
