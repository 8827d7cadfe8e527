// The way in: a specification as people write it becomes a generator, or one error that names all that is wrong.
import { makeGenerator } from './bound-arguments.js';
import { findDefinition, type GeneratorRole } from './definitions.js';
import type { KeyGenerator, ValueGenerator } from './generator.js';
import type { GeneratorContext, KeyGeneratorDefinition } from './generator-definition.js';
import { GeneratorError, type GeneratorSpec } from './generator-spec.js';
import { parseSpec } from './parse-spec.js';

/** Throws GeneratorError when there is no such generator or its parameters are wrong. */
export function createKeyGenerator(input: unknown, context: GeneratorContext): KeyGenerator {
  return makeGenerator('key', readSpec('key', input), context) as KeyGenerator;
}

/** The same seed gives the same bytes on every machine. Throws GeneratorError as above. */
export function createValueGenerator(input: unknown, context: GeneratorContext): ValueGenerator {
  return makeGenerator('value', readSpec('value', input), context) as ValueGenerator;
}

function readSpec(role: GeneratorRole, input: unknown): GeneratorSpec {
  const { spec, problems } = parseSpec(role, input);
  if (problems.length > 0) throw new GeneratorError(problems);
  return spec;
}

/**
 * What the keys of a (right) specification are: plain integers, integers under an encoding, or bytes. Only the first
 * two can be remembered as own puts.
 */
export function keysAre(spec: GeneratorSpec): 'integers' | 'encoded' | 'bytes' {
  const { gives } = findDefinition('key', spec[0]) as KeyGeneratorDefinition;
  if (gives === undefined) return 'integers';
  const inner = spec.find((part) => typeof part === 'object');
  return gives === 'bytes' || inner === undefined || keysAre(inner) === 'bytes' ? 'bytes' : 'encoded';
}

export interface GeneratorResources {
  files: string[];
  functions: { path: string; name: string }[];
}

/** What has to be read or loaded before a generator of this (right) specification can be made. */
export function resourcesOf(role: GeneratorRole, spec: GeneratorSpec): GeneratorResources {
  const [name, ...parameters] = spec;
  const found: GeneratorResources = { files: [], functions: [] };
  const [first, second] = parameters;
  if (name === 'function') found.functions.push({ path: String(first), name: String(second) });
  else if (['file_line_bin', 'blob_file'].includes(name)) found.files.push(String(first));
  else if (name === 'histogram_bin' && typeof first === 'string') found.files.push(first);
  const form = findDefinition(role, name)?.forms.find((one) => one.length === parameters.length);
  parameters.forEach((parameter, index) => {
    if (typeof parameter !== 'object') return;
    const inner = resourcesOf(form?.[index]?.kind === 'values' ? 'value' : 'key', parameter);
    found.files.push(...inner.files);
    found.functions.push(...inner.functions);
  });
  return found;
}
