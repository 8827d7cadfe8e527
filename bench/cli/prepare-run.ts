// From --config and flags to a plan: everything that is wrong is gathered from the file, the flags, the driver and
// the plan, and told at once.
import { type BenchPlan, driverNameOf, resolveBenchPlan } from '../config/bench-plan.js';
import { ConfigurationError, type ConfigurationProblem } from '../config/configuration-error.js';
import { type LoadedConfig, loadConfig } from '../config/load-config.js';
import { type BenchFlags, readFlags } from '../config/parse-flags.js';
import type { BenchConfigInput } from '../config/schema.js';
import type { Driver } from '../driver.js';
import { type FoundDriver, findDriver } from '../run/find-driver.js';
import { ownNetworkMissing } from '../run/own-network.js';
import { workloadConfig } from '../workloads/named-workload.js';

export interface PreparedRun {
  found: FoundDriver;
  plan: BenchPlan;
  /** What in the configuration has no effect, for people. */
  notes: string[];
}

/** In place of a driver that was not found, so that the rest is looked at all the same. */
const anyDriver: Driver = { name: '', bundledCluster: true, open: () => ({ run: () => ({ kind: 'ok' }) }) };

/** `base` lies below the named workload, the file and the flags. Rejects with ConfigurationError that names every problem. */
export async function prepareRun(
  file: string | undefined,
  flags: BenchFlags,
  base?: BenchConfigInput,
): Promise<PreparedRun> {
  const problems: ConfigurationProblem[] = [];
  const fromFile = await collect(() => loadFile(file), problems);
  problems.push(...(fromFile?.problems ?? []));
  const fromFlags = readFlags(flags);
  problems.push(...fromFlags.problems);
  const workload = fromFlags.config.workload ?? fromFile?.config.workload;
  const named = await collect(
    async () => (typeof workload === 'string' ? workloadConfig(workload) : undefined),
    problems,
  );
  const layers: (BenchConfigInput | undefined)[] = [base, named, fromFile?.config, fromFlags.config];
  const found = await collect(() => findDriver(driverNameOf(...layers)), problems);
  const plan = await collect(async () => resolveBenchPlan(found?.driver ?? anyDriver, ...layers), problems);
  problems.push(...(plan === undefined ? [] : partitionProblems(plan)));
  if (problems.length > 0 || found === undefined || plan === undefined)
    throw new ConfigurationError(problems);
  return { found, plan, notes: fromFile?.notes ?? [] };
}

/** Servers are parted in a network of their own, which not every system lets us have. */
function partitionProblems({ faults }: BenchPlan): ConfigurationProblem[] {
  const partition = faults.find(({ kind }) => kind === 'partition');
  const missing = partition && ownNetworkMissing();
  if (missing === undefined) return [];
  const message = `servers cannot be parted from each other here: ${missing}; pause them instead`;
  return [{ path: 'faults', message, found: partition!.label, expected: 'a pause' }];
}

async function loadFile(file: string | undefined): Promise<LoadedConfig> {
  return file === undefined ? { config: {}, notes: [], problems: [] } : loadConfig(file);
}

/** What `make` gives; undefined when it fails with a ConfigurationError, whose problems are added. */
async function collect<T>(make: () => Promise<T>, problems: ConfigurationProblem[]): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
