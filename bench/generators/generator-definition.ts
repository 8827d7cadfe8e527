// What a file of this room defines: a generator's name, its parameters and how to make one. Everything that a
// generator may need of the world comes in through its context.
import type { KeyGenerator, ValueGenerator } from './generator.js';
import type { GeneratorSpec } from './generator-spec.js';
import type { Parameter } from './parameter.js';

export interface GeneratorContext {
  readonly seed: readonly [number, number, number];
  /** From 1 to `workers`. */
  readonly workerId: number;
  readonly workers: number;
  /** Bytes that values are views of: at least `bytes` of them, shared by the workers of a thread. */
  pool(bytes: number): Buffer;
  /** The content of a file that the specification names; read before the generator was made. */
  file(path: string): Buffer;
  /** A function that the specification names; loaded before the generator was made. */
  function(path: string, name: string): GeneratorFunction;
  /** How many keys this worker has drawn from `insert_sequence`; `latest_int` reads it. */
  readonly inserted: { count: number };
  /** Where sequential generators go on after a restart, and whom they tell how far they are. */
  readonly progress: { readonly resumeAt: number; reached(value: number): void } | undefined;
}

/** Called once per worker; gives what is called for each key or value, with the worker's stream. */
export type GeneratorFunction = (
  workerId: number,
  ...parameters: (number | string)[]
) => (random: { uniform(limit: number): number; float(): number }) => unknown;

/** The parameters of one generator by name, checked already. */
export interface GeneratorArguments {
  /** The number of that name, or `fallback` when the form chosen has none. */
  number(name: string, fallback?: number): number;
  text(name: string, fallback?: string): string;
  rest(name: string): readonly (number | string)[];
  /** Makes the nested generators; `changed` replaces parts of the context for them. */
  keys(name: string, changed?: Partial<GeneratorContext>): KeyGenerator;
  severalKeys(name: string): KeyGenerator[];
  values(name: string, changed?: Partial<GeneratorContext>): ValueGenerator;
}

interface Definition {
  readonly name: string;
  /** Other names that are accepted. */
  readonly aliases?: readonly string[];
  /** What it draws, for `rkv bench list` and the docs: a phrase without a full stop. */
  readonly about: string;
  readonly example: GeneratorSpec;
  /** The parameters, in the order of the tuple; several forms are told apart by their number. */
  readonly forms: readonly (readonly Parameter[])[];
  /** What is wrong with parameters that are right one by one; undefined when nothing is. */
  check?(given: GeneratorArguments): string | undefined;
}

export interface KeyGeneratorDefinition extends Definition {
  /** Integers (the default), bytes, or another generator's keys in another form. */
  readonly gives?: 'bytes' | 'converted';
  create(given: GeneratorArguments, context: GeneratorContext): KeyGenerator;
}

export interface ValueGeneratorDefinition extends Definition {
  create(given: GeneratorArguments, context: GeneratorContext): ValueGenerator;
}

export type AnyDefinition = KeyGeneratorDefinition | ValueGeneratorDefinition;
