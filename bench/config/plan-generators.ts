// Generators of a plan: from any way of writing them to tuples, with what is wrong with them.
import { type GeneratorRole, type GeneratorSpec, parseSpec } from '../generators/index.js';
import type { ConfigurationProblem } from './configuration-error.js';
import { nearestName } from './nearest-name.js';

/** The specification as a tuple; adds what is wrong with it to `problems`, under `path`. */
export function readGenerator(
  role: GeneratorRole,
  input: unknown,
  path: string,
  problems: ConfigurationProblem[],
): GeneratorSpec {
  const { spec, problems: found } = parseSpec(role, input);
  for (const problem of found) {
    const nearest = misspelt(problem.known);
    problems.push({
      path: problem.path === '' ? path : `${path}.${problem.path}`,
      message: nearest === undefined ? problem.message : suggesting(problem.message, nearest),
      found: problem.found,
      expected: problem.expected,
      ...(nearest === undefined ? {} : { nearest }),
    });

    function misspelt(known: readonly string[] = []): string | undefined {
      const written = [/generator "([^"]*)"/, /no parameter "([^"]*)"/, /, not "([^"]*)"/]
        .map((pattern) => pattern.exec(problem.message)?.[1])
        .find((text) => text !== undefined);
      return written === undefined ? undefined : nearestName(written, known);
    }
  }
  return spec;
}

/** The suggestion before the list of all names, where there is one. */
function suggesting(message: string, nearest: string): string {
  const suggestion = `; did you mean "${nearest}"?`;
  return message.includes('; known:')
    ? message.replace('; known:', `${suggestion} Known:`)
    : `${message}${suggestion}`;
}
