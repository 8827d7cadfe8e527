// function: values from a function of the user's, called as the key generator of that name calls it.
import type { Random } from '../../random/index.js';
import type { ValueGenerator } from '../generator.js';
import type { ValueGeneratorDefinition } from '../generator-definition.js';
import { callGeneratorFunction, functionParameters } from '../generator-function.js';
import { valueBytesLimit } from '../limits.js';

export const functionValues: ValueGeneratorDefinition = {
  name: 'function',
  about: 'what a module’s function gives: export(workerId, ...parameters) returns (random) => text or bytes',
  example: ['function', './values.js', 'default', 100],
  forms: [functionParameters],
  create: (given, context): ValueGenerator => {
    const { draw, describe } = callGeneratorFunction(given, context);
    return {
      sizeBytesMax: valueBytesLimit,
      pool: Buffer.alloc(0),
      start: 0,
      end: 0,
      draw(random: Random) {
        const given = draw(random);
        const bytes = typeof given === 'string' ? Buffer.from(given) : given;
        if (!(bytes instanceof Uint8Array) || bytes.length > valueBytesLimit) {
          throw new TypeError(`${describe} gave ${String(given)}; a value is a text or bytes`);
        }
        this.pool = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
        this.end = this.pool.length;
      },
    };
  },
};
