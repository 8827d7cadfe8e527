// What a generator's parameter may be. One description serves for checking, for error messages and for the docs.

export type Parameter =
  | { kind: 'whole'; name: string; about: string; least: number; most: number }
  | { kind: 'number'; name: string; about: string; least: number; most: number; open: boolean }
  | { kind: 'text'; name: string; about: string; choices?: readonly string[] }
  /** Any number of further parameters: what `function` hands on, or the pairs of a histogram. */
  | { kind: 'rest'; name: string; about: string; least: number; numbers: boolean }
  | { kind: 'keys' | 'values'; name: string; about: string }
  /** Two or more key generators. */
  | { kind: 'several-keys'; name: string; about: string };

export const largestInteger = Number.MAX_SAFE_INTEGER;

/** A whole number from `least` to `most`. */
export function whole(name: string, about: string, least = 0, most = largestInteger): Parameter {
  return { kind: 'whole', name, about, least, most };
}

/** A number from `least` to `most`; with `open` neither of the two. */
export function real(name: string, about: string, least: number, most: number, open = false): Parameter {
  return { kind: 'number', name, about, least, most, open };
}

export function text(name: string, about: string, choices?: readonly string[]): Parameter {
  return choices === undefined ? { kind: 'text', name, about } : { kind: 'text', name, about, choices };
}

export function keys(name: string, about: string): Parameter {
  return { kind: 'keys', name, about };
}

export function values(name: string, about: string): Parameter {
  return { kind: 'values', name, about };
}

/** `a whole number of at least 1`, for messages. */
export function expectationOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'whole': {
      const { least, most } = parameter;
      return most === largestInteger
        ? `a whole number of at least ${least}`
        : `a whole number from ${least} to ${most}`;
    }
    case 'number': {
      const { least, most, open } = parameter;
      if (most === Number.POSITIVE_INFINITY) return `a number ${open ? 'above' : 'of at least'} ${least}`;
      return open ? `a number above ${least} and below ${most}` : `a number from ${least} to ${most}`;
    }
    case 'text':
      return parameter.choices === undefined ? 'a text' : `one of ${parameter.choices.join(', ')}`;
    case 'rest':
      return parameter.numbers ? `at least ${parameter.least} numbers` : 'further numbers or texts';
    case 'keys':
      return 'a key generator';
    case 'values':
      return 'a value generator';
    case 'several-keys':
      return 'two or more key generators';
  }
}

/** Whether a plain value is right; nested generators are read elsewhere. */
export function isRight(parameter: Parameter, value: unknown): boolean {
  switch (parameter.kind) {
    case 'whole':
      return Number.isSafeInteger(value) && isBetween(value as number, parameter);
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      const { least, most, open } = parameter;
      return open ? value > least && value < most : isBetween(value, parameter);
    }
    case 'text':
      return typeof value === 'string' && (parameter.choices?.includes(value) ?? true);
    case 'rest':
      return typeof value === 'number' || (!parameter.numbers && typeof value === 'string');
    default:
      return true;
  }
}

function isBetween(value: number, { least, most }: { least: number; most: number }): boolean {
  return value >= least && value <= most;
}

/** The forms of a generator whose last parameters may be left out, shortest first. */
export function formsOf(
  required: readonly Parameter[],
  ...optional: readonly Parameter[]
): readonly (readonly Parameter[])[] {
  return Array.from({ length: optional.length + 1 }, (_, count) => [
    ...required,
    ...optional.slice(0, count),
  ]);
}
