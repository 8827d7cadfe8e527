// Generators by name. A new one is a file of its own and a line here.
import { fixedBin } from './fixed-bin.js';
import type { KeyGenerator, ValueGenerator } from './generator.js';
import { GeneratorError, type GeneratorSpec } from './generator-spec.js';
import { uniformInt } from './uniform-int.js';

type Seed = readonly [number, number, number];

const keyGenerators: Readonly<Record<string, (spec: GeneratorSpec) => KeyGenerator>> = {
  uniform_int: uniformInt,
};

const valueGenerators: Readonly<Record<string, (spec: GeneratorSpec) => (seed: Seed) => ValueGenerator>> = {
  fixed_bin: fixedBin,
};

/** Throws GeneratorError when there is no such generator or its parameters are wrong. */
export function createKeyGenerator(spec: GeneratorSpec): KeyGenerator {
  return lookUp('key', keyGenerators, spec)(spec);
}

/** The same seed gives the same bytes on every machine. Throws GeneratorError as above. */
export function createValueGenerator(spec: GeneratorSpec, seed: Seed): ValueGenerator {
  return lookUp('value', valueGenerators, spec)(spec)(seed);
}

/** Throws as `createValueGenerator` does, without filling a pool. */
export function checkValueGenerator(spec: GeneratorSpec): void {
  lookUp('value', valueGenerators, spec)(spec);
}

export const keyGeneratorNames: readonly string[] = Object.keys(keyGenerators);
export const valueGeneratorNames: readonly string[] = Object.keys(valueGenerators);

function lookUp<T>(role: string, generators: Readonly<Record<string, T>>, [name]: GeneratorSpec): T {
  if (Object.hasOwn(generators, name)) return generators[name]!;
  const known = Object.keys(generators);
  throw new GeneratorError(`there is no ${role} generator "${name}"; known: ${known.join(', ')}`, 0);
}
