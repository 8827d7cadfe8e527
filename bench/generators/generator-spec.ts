// How a generator is written once it has been read: its name and its parameters, those of the ancestors in their
// order, `['uniform_int', 100000]`; a parameter may be a generator again, `['base64', ['uuid_v4']]`.

export type GeneratorSpec = readonly [name: string, ...parameters: SpecParameter[]];
export type SpecParameter = number | string | GeneratorSpec;

/** One thing that is wrong with a specification. */
export interface GeneratorProblem {
  /** Which part of it, for example `2.1`; empty when it is the whole. */
  path: string;
  message: string;
  found: string;
  expected: string;
  /** Names among which a misspelt one may have been meant. */
  known?: readonly string[];
}

/** A generator that does not exist or has other parameters; the message says what was given and what is right. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
  readonly exitCode = 3;
  readonly problems: readonly GeneratorProblem[];

  constructor(problems: readonly GeneratorProblem[] | string) {
    const list =
      typeof problems === 'string' ? [{ path: '', message: problems, found: '', expected: '' }] : problems;
    super(list.map(({ message }) => message).join('\n'));
    this.problems = list;
  }

  /** The place of the first problem. */
  get path(): string {
    return this.problems[0]?.path ?? '';
  }
}

/** `uniform_int:100000`, `base64(uuid_v4)`, `int_to_bin_bigendian:64(uniform_int:10)`. */
export function describeSpec([name, ...parameters]: GeneratorSpec): string {
  const plain = parameters.filter((one): one is number | string => typeof one !== 'object');
  const nested = parameters.filter((one): one is GeneratorSpec => typeof one === 'object');
  const inner = nested.length === 0 ? '' : `(${nested.map(describeSpec).join(', ')})`;
  return `${[name, ...plain].join(':')}${inner}`;
}
