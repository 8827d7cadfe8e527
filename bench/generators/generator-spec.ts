// How a generator is written: its name and parameters, `['uniform_int', 100000]`.

export type GeneratorSpec = readonly [name: string, ...parameters: (number | string)[]];

/** A generator that does not exist or has other parameters; the message says what was given and what is right. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
  readonly exitCode = 3;
  /** Which element of the tuple is wrong, for example `1`; empty when it is the whole. */
  readonly path: string;

  constructor(message: string, path: number | '' = '') {
    super(message);
    this.path = String(path);
  }
}

export function describeSpec(spec: GeneratorSpec): string {
  return spec.join(':');
}

/** Fails unless every parameter is a whole number of at least its `least`. */
export function wholeNumbers(spec: GeneratorSpec, example: string, least: readonly number[]): number[] {
  const parameters = spec.slice(1);
  const wrong = parameters.findIndex(
    (one, index) => !(Number.isSafeInteger(one) && Number(one) >= least[index]!),
  );
  if (parameters.length === least.length && wrong < 0) return parameters as number[];
  const wanted = least.map((one) => `a whole number of at least ${one}`).join(', then ');
  throw new GeneratorError(
    `"${describeSpec(spec)}" is not right: ${spec[0]} takes ${wanted}; for example ${example}`,
    wrong < 0 ? '' : wrong + 1,
  );
}
