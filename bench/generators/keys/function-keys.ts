// function: keys from a function of the user's. The module's export is called once per worker, with the worker's
// number and the further parameters, and gives the function that is called for each key with the worker's stream.
import { exhausted, type KeyGenerator } from '../generator.js';
import type { KeyGeneratorDefinition } from '../generator-definition.js';
import { callGeneratorFunction, functionParameters } from '../generator-function.js';
import { functionKeyBytesLimit } from '../limits.js';
import { writeDecimal } from '../write-decimal.js';

export const functionKeys: KeyGeneratorDefinition = {
  name: 'function',
  about:
    'what a module’s function gives: export(workerId, ...parameters) returns (random) => integer, text or bytes; undefined ends the worker',
  example: ['function', './keys.js', 'default', 100],
  gives: 'bytes',
  forms: [functionParameters],
  create: (given, context): KeyGenerator => {
    const { draw, describe } = callGeneratorFunction(given, context);
    return {
      kind: 'bytes',
      keySpace: Number.POSITIVE_INFINITY,
      sizeBytesMax: functionKeyBytesLimit,
      write(random, buffer, offset) {
        const given = draw(random);
        if (given === undefined) return exhausted;
        if (Number.isSafeInteger(given) && (given as number) >= 0) {
          return writeDecimal(buffer, offset, given as number);
        }
        const bytes = typeof given === 'string' ? Buffer.from(given) : given;
        if (bytes instanceof Uint8Array && bytes.length <= functionKeyBytesLimit) {
          buffer.set(bytes, offset);
          return offset + bytes.length;
        }
        throw new TypeError(
          `${describe} gave ${shown(given)}; a key is a whole number from 0 up, a text or bytes, at most ${functionKeyBytesLimit} of them`,
        );
      },
    };
  },
};

function shown(given: unknown): string {
  return given instanceof Uint8Array ? `${given.length} bytes` : String(given);
}
