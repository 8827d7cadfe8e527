// What generators of keys and of values that call a user's function have in common.
import type { Random } from '../random/index.js';
import type { GeneratorArguments, GeneratorContext } from './generator-definition.js';
import { GeneratorError } from './generator-spec.js';
import { type Parameter, text } from './parameter.js';

export const functionParameters: readonly Parameter[] = [
  text('module', 'path of a module (.js or .ts)'),
  text('export', 'the name of its export, or "default"'),
  { kind: 'rest', name: 'parameters', about: 'handed to the function', least: 0, numbers: false },
];

/** Calls the module's export for this worker. Throws GeneratorError when it gives no function. */
export function callGeneratorFunction(
  given: GeneratorArguments,
  context: GeneratorContext,
): { draw: (random: Random) => unknown; describe: string } {
  const path = given.text('module');
  const name = given.text('export');
  const describe = `the function ${name} of ${path}`;
  const draw: unknown = context.function(path, name)(context.workerId, ...given.rest('parameters'));
  if (typeof draw === 'function') return { draw: draw as (random: Random) => unknown, describe };
  throw new GeneratorError(
    `${describe} is called once per worker and must return the function that is called for each draw, not ${String(draw)}`,
  );
}
