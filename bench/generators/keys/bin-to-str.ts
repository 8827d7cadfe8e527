// bin_to_str, str_to_bin: Erlang tells binaries from strings; on the wire both are the same bytes.
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { keys } from '../parameter.js';

export const binToStr = same('bin_to_str');
export const strToBin = same('str_to_bin');

function same(name: string): KeyGeneratorDefinition {
  return {
    name,
    about: 'the keys of another generator unchanged; strings and binaries are bytes here',
    example: [name, ['uuid_v4']],
    gives: 'converted',
    forms: [[keys('of', 'the keys')]],
    create: (given) => given.keys('of'),
  };
}
