// The parameters of a specification under their names; makes nested generators when a context is there.
import assert from 'node:assert/strict';
import { findDefinition, type GeneratorRole } from './definitions.js';
import type { KeyGenerator, ValueGenerator } from './generator.js';
import type {
  GeneratorArguments,
  GeneratorContext,
  KeyGeneratorDefinition,
  ValueGeneratorDefinition,
} from './generator-definition.js';
import type { GeneratorSpec, SpecParameter } from './generator-spec.js';
import type { Parameter } from './parameter.js';

export class BoundArguments implements GeneratorArguments {
  readonly #form: readonly Parameter[];
  readonly #spec: GeneratorSpec;
  readonly #context: GeneratorContext | undefined;

  /** Without a context nested generators cannot be made, only plain parameters read. */
  constructor(form: readonly Parameter[], spec: GeneratorSpec, context?: GeneratorContext) {
    this.#form = form;
    this.#spec = spec;
    this.#context = context;
  }

  number(name: string, fallback?: number): number {
    const value = this.#valueOf(name) ?? fallback;
    assert(typeof value === 'number', `${this.#spec[0]} has the number ${name}`);
    return value;
  }

  text(name: string, fallback?: string): string {
    const value = this.#valueOf(name) ?? fallback;
    assert(typeof value === 'string', `${this.#spec[0]} has the text ${name}`);
    return value;
  }

  rest(name: string): readonly (number | string)[] {
    const from = this.#form.findIndex((parameter) => parameter.name === name);
    return from < 0 ? [] : (this.#spec.slice(1 + from) as (number | string)[]);
  }

  keys(name: string, changed?: Partial<GeneratorContext>): KeyGenerator {
    return this.#make('key', this.#valueOf(name), changed) as KeyGenerator;
  }

  severalKeys(name: string): KeyGenerator[] {
    const from = this.#form.findIndex((parameter) => parameter.name === name);
    return this.#spec.slice(1 + from).map((spec) => this.#make('key', spec) as KeyGenerator);
  }

  values(name: string, changed?: Partial<GeneratorContext>): ValueGenerator {
    return this.#make('value', this.#valueOf(name), changed) as ValueGenerator;
  }

  #valueOf(name: string): SpecParameter | undefined {
    const index = this.#form.findIndex((parameter) => parameter.name === name);
    return index < 0 ? undefined : this.#spec[1 + index];
  }

  #make(role: GeneratorRole, spec: SpecParameter | undefined, changed?: Partial<GeneratorContext>) {
    assert(this.#context !== undefined && typeof spec === 'object', 'a nested generator and a context');
    return makeGenerator(role, spec, { ...this.#context, ...changed });
  }
}

/** Makes the generator of a specification that has been found right. */
export function makeGenerator(
  role: GeneratorRole,
  spec: GeneratorSpec,
  context: GeneratorContext,
): KeyGenerator | ValueGenerator {
  const definition = findDefinition(role, spec[0]) as KeyGeneratorDefinition | ValueGeneratorDefinition;
  const count = spec.length - 1;
  const form =
    definition.forms.find((one) => one.length === count) ??
    definition.forms.find((one) => ['rest', 'several-keys'].includes(one.at(-1)?.kind ?? ''));
  assert(form !== undefined, `${spec[0]} has a form of ${count} parameters`);
  return definition.create(new BoundArguments(form, spec, context), context);
}
