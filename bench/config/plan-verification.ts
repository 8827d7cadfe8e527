// From `verify` in a configuration to what is recorded and checked; says why a workload cannot be verified.

import type { Driver } from '../driver.js';
import { keysAre } from '../generators/index.js';
import type { Expectation } from '../verify/index.js';
import type { BenchPlan } from './bench-plan.js';
import type { ConfigurationProblem } from './configuration-error.js';
import { askedOf } from './plan-operations.js';
import type { BenchConfig } from './schema.js';

export interface PlannedVerification {
  /** Operations that are kept for the check; about 100 bytes of memory for each while it runs. */
  operationsMax: number;
  /** Share of the reads of which the whole value is looked at, not the header alone. */
  bodyShare: number;
  /** Keys are told apart by their bytes, where there is no integer that would do. */
  keysAreBytes: boolean;
  /** What the store is expected to keep; exit code 4 if it does not. */
  expect: readonly Expectation[];
}

const operationsMaxDefault = 1_000_000;
const expectDefault: readonly Expectation[] = ['integrity', 'no-lost-writes'];
const operationsKnown = ['get', 'put', 'delete', 'get_own_puts'];
/** One number is the auditor's. */
const workersMax = 65_535;

export function resolveVerification(
  given: BenchConfig['verify'],
  plan: KeysOfPlan,
): PlannedVerification | undefined {
  if (given === undefined || given === false) return undefined;
  const { operationsMax, bodyShare, expect } = given === true ? {} : given;
  return {
    operationsMax: operationsMax ?? operationsMaxDefault,
    bodyShare: bodyShare ?? 1,
    keysAreBytes: areBytes(plan),
    expect: expect === undefined ? expectDefault : [expect].flat(),
  };
}

type KeysOfPlan = Pick<BenchPlan, 'operations' | 'keyGenerator'>;

/** One of bytes makes all of them so; and the same integer may be two keys where generators convert it differently. */
function areBytes({ operations, keyGenerator }: KeysOfPlan): boolean {
  const kinds = operations.map((one) => keysAre(one.keyGenerator ?? keyGenerator));
  const isMixed = kinds.includes('encoded') && operations.some((one) => one.keyGenerator !== undefined);
  return kinds.includes('bytes') || isMixed;
}

/** Why what happens in this plan could not be told; nothing when it is not to be verified. */
export function verificationProblems(plan: BenchPlan, driver: Driver): ConfigurationProblem[] {
  if (plan.verify === undefined) return [];
  const problems: ConfigurationProblem[] = [];
  const add = (message: string): void => void problems.push({ path: 'verify', message });
  for (const one of plan.operations) {
    for (const name of askedOf(one))
      if (!operationsKnown.includes(name))
        add(`"${name}" is none of ${operationsKnown.join(', ')}; nobody knows what it reads and writes`);
  }
  if (driver.handsOverReads === false)
    add(`driver "${driver.name}" does not say what it reads, so there is nothing to check`);
  if (plan.retries.max > 0 && plan.retries.on === 'any')
    add(
      'a write that is tried again after an unknown outcome may take effect twice; use retryOn: definite, or no retries',
    );
  if (plan.concurrentWorkers > workersMax)
    add(`${plan.concurrentWorkers} workers are too many; at most ${workersMax} can be told apart`);
  return problems;
}
