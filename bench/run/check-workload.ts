// Makes a plan's generators once, before anything is started: a file that is not there, a function that gives no
// function, a converter of integers around bytes are all found here.
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { exhausted, GeneratorError } from '../generators/index.js';
import { headerBytes } from '../verify/index.js';
import { loadGeneratorResources, resourcesOfPlan } from './generator-resources.js';
import { Workload } from './workload.js';

/** The SHA-256 of each file that generators read, by path. Rejects with ConfigurationError. */
export async function checkWorkload(plan: BenchPlan): Promise<Readonly<Record<string, string>>> {
  const resources = await loadGeneratorResources(resourcesOfPlan(plan));
  try {
    const workload = new Workload(
      { ...plan, driver: { name: plan.driver }, thread: 0, workerIds: [1] },
      resources,
    );
    if (plan.verify !== undefined) checkValues(workload);
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    throw new ConfigurationError([{ path: 'generator', message: error.message }]);
  }
  return resources.digests;
}

const valuesLookedAt = 1000;

/** A value that names its write has no room in fewer bytes than its header. */
function checkValues(workload: Workload): void {
  for (let i = 0; i < valuesLookedAt; i++) {
    const operation = workload.draw(0);
    if (operation === exhausted) return;
    const { length } = workload.value(0);
    if (workload.operations[operation]!.kind !== 'put' || length >= headerBytes) continue;
    const message = `verification needs values of at least ${headerBytes} bytes, which say whose they are, and one has ${length}; for example fixed_bin:100`;
    throw new ConfigurationError([{ path: 'valueGenerator', message }]);
  }
}
