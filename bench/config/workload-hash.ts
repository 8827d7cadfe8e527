// Names a workload by what decides its data: two runs with the same hash asked for the same operations, keys and
// values, worker by worker, whatever store they went to and however fast it answered.
import { createHash } from 'node:crypto';
import type { BenchPlan } from './bench-plan.js';

/** SHA-256 in hexadecimal. `fileDigests` are those of the files that generators read, by path. */
export function workloadHash(plan: BenchPlan, fileDigests: Readonly<Record<string, string>>): string {
  const deciding = {
    operations: plan.operations,
    keyGenerator: plan.keyGenerator,
    valueGenerator: plan.valueGenerator,
    valueGeneratorSourceSize: plan.valueGeneratorSourceSize ?? null,
    randomAlgorithm: plan.randomAlgorithm,
    randomSeed: plan.randomSeed,
    concurrentWorkers: plan.concurrentWorkers,
    preload: plan.preload,
    files: Object.values(fileDigests),
    trace: plan.trace?.sha256,
  };
  return createHash('sha256').update(canonical(deciding)).digest('hex');
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}
