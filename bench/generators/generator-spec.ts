// How a generator is written: its name and parameters, `['uniform_int', 100000]`.

export type GeneratorSpec = readonly [name: string, ...parameters: (number | string)[]];

/** A generator that does not exist or has other parameters; the message says what was given and what is right. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
  readonly exitCode = 3;
}

export function describeSpec(spec: GeneratorSpec): string {
  return spec.join(':');
}

/** Fails unless every parameter is a whole number of at least its `least`. */
export function wholeNumbers(spec: GeneratorSpec, example: string, least: readonly number[]): number[] {
  const parameters = spec.slice(1);
  const isRight =
    parameters.length === least.length &&
    parameters.every((one, index) => Number.isSafeInteger(one) && (one as number) >= least[index]!);
  if (isRight) return parameters as number[];
  const wanted = least.map((one) => `a whole number of at least ${one}`).join(', then ');
  throw new GeneratorError(
    `"${describeSpec(spec)}" is not right: ${spec[0]} takes ${wanted}; for example ${example}`,
  );
}
