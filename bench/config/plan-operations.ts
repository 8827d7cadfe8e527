// Operations of a plan: names, weights, and what a single one may have of its own.
import type { Driver } from '../driver.js';
import { describeSpec, type GeneratorSpec, keysAre, OperationMix } from '../generators/index.js';
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
  /** What the driver is asked to do instead, one after the other on the same key. */
  steps?: PlannedStep[];
}

export type PlannedStep = { operation: string } | { waitMs: number };

/** Operations that are made of a driver's others where it has none of that name. */
const composed: Readonly<Record<string, PlannedStep[]>> = {
  read_modify_write: [{ operation: 'get' }, { operation: 'put' }],
};

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
  for (const one of operations) {
    const steps = composed[one.operation ?? one.name];
    const isOwn = driver?.operations === undefined || driver.operations.includes(one.operation ?? one.name);
    if (steps !== undefined && one.steps === undefined && !isOwn) one.steps = steps;
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
  const { name, weight = 1, operation = name, keyGenerator, valueGenerator, steps } = one;
  const at = `${path}.${index}`;
  return {
    name,
    weight,
    ...(operation === name ? {} : { operation }),
    ...(steps === undefined
      ? {}
      : {
          steps: steps.map((step) =>
            typeof step === 'string' ? { operation: step } : { waitMs: step.wait },
          ),
        }),
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
  const asked = operations.flatMap(askedOf);
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
    operations.reduce(
      (sum, { steps, ...one }) => sum + (steps === undefined && askedOf(one).includes(name) ? one.weight : 0),
      0,
    );
  for (const { name, steps } of operations) {
    const problem = steps === undefined ? undefined : stepsProblem(steps);
    if (problem !== undefined) problems.push({ path, message: `"${name}": ${problem}` });
  }
  if (driver.openTicketed !== undefined && weightOf('get_own_puts') > 0 && weightOf('put') === 0) {
    problems.push({ path, message: 'get_own_puts reads what put has written; give put a weight above zero' });
  }
}

function stepsProblem(steps: readonly PlannedStep[]): string | undefined {
  const last = steps.at(-1)!;
  if ('waitMs' in last) return 'a wait is followed by a step; one at the end would only make it look slower';
  const isOwn = steps.some((step) => 'operation' in step && step.operation === 'get_own_puts');
  return isOwn ? 'get_own_puts reads a key of its own and cannot be a step' : undefined;
}

/** What a driver is asked to do for an operation of the mix. */
export function askedOf({ name, operation = name, steps }: PlannedOperation): string[] {
  if (steps === undefined) return [operation];
  return steps.flatMap((step) => ('operation' in step ? [step.operation] : []));
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

/** A preload ends when its keys do, and needs a driver that can put. */
export function preloadProblems(
  { keyGenerator }: { keyGenerator: GeneratorSpec },
  driver: Driver,
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  if (driver.operations !== undefined && !driver.operations.includes('put')) {
    problems.push({
      path: 'preload',
      message: `driver "${driver.name}" has no put, so nothing can be loaded`,
    });
  }
  if (driver.forgetsAtClose === true) {
    const message = `driver "${driver.name}" forgets what was put when its sessions close, so nothing can be loaded before the run`;
    problems.push({ path: 'preload', message });
  }
  if (!endsByItself(keyGenerator)) {
    const message = `the keys of ${describeSpec(keyGenerator)} never end, so neither would the load; use partitioned_sequential_int, or file_line_bin with stop`;
    problems.push({ path: 'preload.keyGenerator', message });
  }
  return problems;
}

function endsByItself([name, ...parameters]: GeneratorSpec): boolean {
  if (['sequential_int', 'partitioned_sequential_int'].includes(name)) return true;
  if (name === 'file_line_bin') return parameters[1] !== undefined && parameters[1] !== 'repeat';
  return parameters.some((one) => typeof one === 'object' && endsByItself(one));
}

/** The timeout is that of all steps together, so waits must leave time for the rest. */
export function waitProblems({
  operations,
  timeoutMs,
}: {
  operations: readonly PlannedOperation[];
  timeoutMs: number;
}): ConfigurationProblem[] {
  return operations.flatMap(({ name, steps = [] }) => {
    const waitMs = steps.reduce((sum, step) => sum + ('waitMs' in step ? step.waitMs : 0), 0);
    if (waitMs < timeoutMs) return [];
    const message = `"${name}" waits ${waitMs} ms in all, and ends by the timeout of ${timeoutMs} ms; use a longer timeout`;
    return [{ path, message }];
  });
}
