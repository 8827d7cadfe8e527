// Generators by role and name.
import type { AnyDefinition } from './generator-definition.js';
import { keyGeneratorDefinitions } from './keys/index.js';
import { valueGeneratorDefinitions } from './values/index.js';

export type GeneratorRole = 'key' | 'value';

/** The generator of that name or alias, if there is one. */
export function findDefinition(role: GeneratorRole, name: string): AnyDefinition | undefined {
  return byName[role].get(name);
}

export function generatorNames(role: GeneratorRole): string[] {
  return definitions[role].map(({ name }) => name);
}

const definitions: Readonly<Record<GeneratorRole, readonly AnyDefinition[]>> = {
  key: keyGeneratorDefinitions,
  value: valueGeneratorDefinitions,
};

const byName: Readonly<Record<GeneratorRole, ReadonlyMap<string, AnyDefinition>>> = {
  key: indexed(keyGeneratorDefinitions),
  value: indexed(valueGeneratorDefinitions),
};

function indexed(list: readonly AnyDefinition[]): ReadonlyMap<string, AnyDefinition> {
  return new Map(
    list.flatMap((one) => [one.name, ...(one.aliases ?? [])].map((name) => [name, one] as const)),
  );
}
