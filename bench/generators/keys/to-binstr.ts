// to_binstr, to_str: a key put into a text by an Erlang format such as "user~8..0b".
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { GeneratorError } from '../generator-spec.js';
import { keys, text } from '../parameter.js';
import { transformKeys } from '../transform-keys.js';
import { formatKeys, readErlangFormat } from './erlang-format.js';

export const toBinstr = formatted('to_binstr');
export const toStr = formatted('to_str');

function formatted(name: string): KeyGeneratorDefinition {
  return {
    name,
    about: 'the keys of another generator in an Erlang format with one ~p ~w ~s ~b ~B ~x or ~X',
    example: [name, 'user~8..0b', ['uniform_int', 100_000]],
    gives: 'converted',
    forms: [[text('format', 'Erlang’s format, for example "user~p"'), keys('of', 'what the format shows')]],
    check: (given) => {
      const format = readErlangFormat(given.text('format'));
      return typeof format === 'string' ? format : undefined;
    },
    create: (given) => {
      const format = readErlangFormat(given.text('format'));
      if (typeof format === 'string') throw new GeneratorError(format);
      const source = given.keys('of');
      if (format.radix !== 10 && !(source.kind === 'integer' && source.encoding === undefined)) {
        throw new GeneratorError(
          `${name} with a radix converts integers, and the generator inside it gives bytes`,
        );
      }
      return transformKeys(source, formatKeys(format));
    },
  };
}
