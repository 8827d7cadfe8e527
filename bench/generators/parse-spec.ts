// Reads a generator as people write it, and finds all that is wrong with it at once. Three ways are understood:
// the tuples of the ancestors, also with a tuple for a name (`[['crypto_hash', 'sha'], ['uuid_v4']]`); objects
// that name their parameters (`{ type: 'zipfian_int', count: 1000 }`); and texts (`uniform_int:1000`,
// `base64(uuid_v4)`). The result is always a tuple.
import { BoundArguments } from './bound-arguments.js';
import { findDefinition, type GeneratorRole, generatorNames } from './definitions.js';
import type { AnyDefinition } from './generator-definition.js';
import {
  describeSpec,
  type GeneratorProblem,
  type GeneratorSpec,
  type SpecParameter,
} from './generator-spec.js';
import { expectationOf, isRight, type Parameter } from './parameter.js';
import { splitSpecText } from './split-spec-text.js';

/** Generators inside generators: deeper than this is a mistake. */
const depthMax = 16;

export interface ParsedSpec {
  spec: GeneratorSpec;
  /** Empty when the generator can be made. */
  problems: GeneratorProblem[];
}

export function parseSpec(role: GeneratorRole, input: unknown): ParsedSpec {
  const problems: GeneratorProblem[] = [];
  const spec = readSpec(role, input, [], problems);
  return { spec, problems };
}

function readSpec(
  role: GeneratorRole,
  input: unknown,
  path: readonly (string | number)[],
  problems: GeneratorProblem[],
): GeneratorSpec {
  const found = (typeof input === 'string' ? input : JSON.stringify(input)) ?? String(input);
  const report = (
    at: readonly (string | number)[],
    message: string,
    expected: string,
    known?: readonly string[],
  ) =>
    problems.push({
      // A text has no places inside it.
      path: (typeof input === 'string' ? path : at).join('.'),
      message,
      found,
      expected,
      ...(known === undefined ? {} : { known }),
    });
  const refuse = (message: string, expected: string): GeneratorSpec => {
    report(path, message, expected);
    return [found];
  };
  if (path.length > depthMax) return refuse('generators are nested too deeply', `at most ${depthMax} levels`);
  const parts = partsOf(input);
  if (parts === undefined) {
    return refuse(`${found} is no generator; write for example ${exampleOf[role]}`, `a ${role} generator`);
  }
  const definition = findDefinition(role, parts.name);
  if (definition === undefined) {
    const names = generatorNames(role);
    const other = findDefinition(role === 'key' ? 'value' : 'key', parts.name);
    const hint = other === undefined ? '' : ` (it makes ${role === 'key' ? 'values' : 'keys'})`;
    report(
      [...path, parts.namedBy],
      `there is no ${role} generator "${parts.name}"${hint}; known: ${names.join(', ')}`,
      `a ${role} generator`,
      names,
    );
    return [parts.name];
  }
  const form = chooseForm(definition, parts.given);
  if (form === undefined) {
    const unknownName = Array.isArray(parts.given) ? undefined : unknownParameter(definition, parts.given);
    const said = unknownName === undefined ? '' : `it has no parameter "${unknownName}"; `;
    const takes = describeForms(definition);
    const example = describeSpec(definition.example);
    report(
      unknownName === undefined ? path : [...path, unknownName],
      `"${shown(input)}" is not right: ${said}${definition.name} takes ${takes}; for example ${example}`,
      takes,
      definition.forms.flat().map(({ name }) => name),
    );
    return [definition.name];
  }
  const before = problems.length;
  const spec = [definition.name] as [string, ...SpecParameter[]];
  form.forEach((parameter, index) => {
    for (const { value, at } of valuesFor(parameter, index, parts)) {
      if (parameter.kind === 'keys' || parameter.kind === 'several-keys' || parameter.kind === 'values') {
        spec.push(readSpec(parameter.kind === 'values' ? 'value' : 'key', value, [...path, at], problems));
      } else if (isRight(parameter, value)) {
        spec.push(value as SpecParameter);
      } else {
        const expected = expectationOf(parameter);
        const example = describeSpec(definition.example);
        report(
          [...path, at],
          `"${shown(input)}" is not right: the ${parameter.name} of ${definition.name} is ${expected}, not ${JSON.stringify(value)}; for example ${example}`,
          expected,
          parameter.kind === 'text' ? parameter.choices : undefined,
        );
      }
    }
  });
  if (problems.length > before) return spec;
  const wrong = definition.check?.(new BoundArguments(form, spec));
  if (wrong !== undefined) report(path, `"${shown(input)}" is not right: ${wrong}`, wrong);
  return spec;
}

const exampleOf: Readonly<Record<GeneratorRole, string>> = {
  key: "['uniform_int', 100000]",
  value: "['fixed_bin', 100]",
};

interface Parts {
  name: string;
  /** Where the name stands: 0 in a tuple, `type` in an object. */
  namedBy: number | string;
  /** By place, or by name. */
  given: readonly unknown[] | Readonly<Record<string, unknown>>;
  /** How many places the name took in a tuple that has a tuple for a name. */
  shift: number;
}

function partsOf(input: unknown): Parts | undefined {
  if (typeof input === 'string') {
    const split = splitSpecText(input);
    return split === undefined ? undefined : partsOf(split);
  }
  if (Array.isArray(input)) {
    const [head, ...rest] = input as unknown[];
    if (Array.isArray(head) && typeof head[0] === 'string') {
      const [name, ...first] = head as [string, ...unknown[]];
      return { name, namedBy: 0, given: [...first, ...rest], shift: first.length };
    }
    return typeof head === 'string' ? { name: head, namedBy: 0, given: rest, shift: 0 } : undefined;
  }
  if (typeof input !== 'object' || input === null) return undefined;
  const { type, ...given } = input as Record<string, unknown>;
  return typeof type === 'string' ? { name: type, namedBy: 'type', given, shift: 0 } : undefined;
}

function chooseForm(definition: AnyDefinition, given: Parts['given']): readonly Parameter[] | undefined {
  if (Array.isArray(given)) return definition.forms.find((form) => fits(form, given.length));
  const names = Object.keys(given);
  return definition.forms.find(
    (form) => form.length === names.length && form.every(({ name }) => names.includes(name)),
  );
}

function fits(form: readonly Parameter[], count: number): boolean {
  const last = form.at(-1);
  if (last?.kind === 'rest') return count >= form.length - 1 + last.least;
  if (last?.kind === 'several-keys') return count >= form.length + 1;
  return count === form.length;
}

function unknownParameter(definition: AnyDefinition, given: object): string | undefined {
  const names = definition.forms.flat().map(({ name }) => name);
  return Object.keys(given).find((name) => !names.includes(name));
}

/** The values that one parameter takes, each with its place. */
function valuesFor(
  parameter: Parameter,
  index: number,
  { given, shift }: Parts,
): { value: unknown; at: number | string }[] {
  const several = parameter.kind === 'rest' || parameter.kind === 'several-keys';
  if (Array.isArray(given)) {
    const some = several ? given.slice(index) : [given[index]];
    return some.map((value, i) => ({ value, at: Math.max(0, index + i + 1 - shift) }));
  }
  const value = (given as Record<string, unknown>)[parameter.name];
  if (!several || !Array.isArray(value)) return [{ value, at: parameter.name }];
  return value.map((one: unknown) => ({ value: one, at: parameter.name }));
}

function describeForms({ forms }: AnyDefinition): string {
  const described = forms.map((form) =>
    form.length === 0
      ? 'no parameter'
      : form.map((parameter) => `${expectationOf(parameter)} (${parameter.name})`).join(', then '),
  );
  return described.join('; or ');
}

function shown(input: unknown): string {
  if (Array.isArray(input) && input.every((one) => typeof one !== 'object')) return input.join(':');
  return typeof input === 'string' ? input : JSON.stringify(input);
}
