// Makes a plan's generators once, before anything is started: a file that is not there, a function that gives no
// function, a converter of integers around bytes are all found here.
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { GeneratorError } from '../generators/index.js';
import { loadGeneratorResources, resourcesOfPlan } from './generator-resources.js';
import { Workload } from './workload.js';

/** The SHA-256 of each file that generators read, by path. Rejects with ConfigurationError. */
export async function checkWorkload(plan: BenchPlan): Promise<Readonly<Record<string, string>>> {
  const resources = await loadGeneratorResources(resourcesOfPlan(plan));
  try {
    new Workload({ ...plan, driver: { name: plan.driver }, thread: 0, workerIds: [1] }, resources);
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    throw new ConfigurationError([{ path: 'generator', message: error.message }]);
  }
  return resources.digests;
}
