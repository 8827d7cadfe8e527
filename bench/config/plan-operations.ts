// Operations of a plan: names, weights, and what a single one may have of its own.
import type { Driver } from '../driver.js';
import { type GeneratorSpec, keysAre, OperationMix } from '../generators/index.js';
import type { ConfigurationProblem } from './configuration-error.js';
import { nearestName, suggestion } from './nearest-name.js';
import { readGenerator } from './plan-generators.js';
import type { BenchConfig } from './schema.js';

export interface PlannedOperation {
  /** What reports and files call it. */
  name: string;
  weight: number;
  /** What the driver is asked to do; the name when absent. */
  operation?: string;
  keyGenerator?: GeneratorSpec;
  valueGenerator?: GeneratorSpec;
}

const path = 'operations';

/** Adds what is wrong to `problems`. Without a driver, what it can do is not looked at. */
export function readOperations(
  given: NonNullable<BenchConfig['operations']>,
  driver: Driver | undefined,
  problems: ConfigurationProblem[],
): PlannedOperation[] {
  const operations = (Array.isArray(given) ? given : Object.entries(given)).map((one, index) =>
    readOperation(one, index, problems),
  );
  const names = operations.map(({ name }) => name);
  for (const name of new Set(names)) {
    if (names.filter((other) => other === name).length > 1)
      problems.push({ path, message: `"${name}" stands there twice` });
  }
  if (driver !== undefined) checkAgainstDriver(operations, driver, problems);
  try {
    new OperationMix(operations.map(({ weight }) => weight));
  } catch (error) {
    problems.push({ path, message: (error as Error).message });
  }
  return operations;
}

function readOperation(
  one: Exclude<NonNullable<BenchConfig['operations']>, Record<string, number>>[number],
  index: number,
  problems: ConfigurationProblem[],
): PlannedOperation {
  if (Array.isArray(one)) {
    if (one.length === 2) return { name: one[0], weight: one[1] };
    const [name, operation, weight] = one;
    return name === operation ? { name, weight } : { name, operation, weight };
  }
  const { name, weight = 1, operation = name, keyGenerator, valueGenerator } = one;
  const at = `${path}.${index}`;
  return {
    name,
    weight,
    ...(operation === name ? {} : { operation }),
    ...(keyGenerator === undefined
      ? {}
      : { keyGenerator: readGenerator('key', keyGenerator, `${at}.keyGenerator`, problems) }),
    ...(valueGenerator === undefined
      ? {}
      : { valueGenerator: readGenerator('value', valueGenerator, `${at}.valueGenerator`, problems) }),
  };
}

function checkAgainstDriver(
  operations: readonly PlannedOperation[],
  driver: Driver,
  problems: ConfigurationProblem[],
): void {
  const known = driver.operations;
  const asked = operations.map(({ name, operation = name }) => operation);
  for (const name of new Set(asked)) {
    if (known === undefined || known.includes(name)) continue;
    const nearest = nearestName(name, known);
    problems.push({
      path,
      message: `driver "${driver.name}" has no operation "${name}"${suggestion(name, known)} It has: ${known.join(', ')}`,
      found: name,
      expected: `one of ${known.join(', ')}`,
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  const weightOf = (name: string) =>
    operations.reduce((sum, one) => sum + ((one.operation ?? one.name) === name ? one.weight : 0), 0);
  if (driver.openTicketed !== undefined && weightOf('get_own_puts') > 0 && weightOf('put') === 0) {
    problems.push({ path, message: 'get_own_puts reads what put has written; give put a weight above zero' });
  }
}

/** Own puts are remembered as integers; says so where keys are something else. */
export function ownPutsProblems(
  { operations, keyGenerator }: { operations: readonly PlannedOperation[]; keyGenerator: GeneratorSpec },
  driver: Driver,
): ConfigurationProblem[] {
  const involved = operations.filter(({ name, operation = name }) =>
    ['get_own_puts', 'put'].includes(operation),
  );
  if (!involved.some(({ name, operation = name }) => operation === 'get_own_puts')) return [];
  const kinds = involved.map((one) => keysAre(one.keyGenerator ?? keyGenerator));
  const wrong = kinds.includes('bytes') || (driver.openTicketed === undefined && kinds.includes('encoded'));
  if (!wrong) return [];
  const message = `get_own_puts remembers keys as integers, and these are bytes; use ${driver.openTicketed === undefined ? 'a generator of integers' : 'integers, or a converter of integers such as int_to_bin_bigendian'}`;
  return [{ path: 'keyGenerator', message }];
}
