// The cluster that rkv starts itself: its defaults, and what does not go together.
import type { Driver } from '../driver.js';
import type { ConfigurationProblem } from './configuration-error.js';
import type { BenchConfig, consistencies, durabilities } from './schema.js';

export interface PlannedCluster {
  nodes: number;
  ringSize: number;
  n: number;
  r: number;
  w: number;
  /** What plain requests may rely on. */
  consistency: (typeof consistencies)[number];
  /** Undefined for memory. */
  dataDir: string | undefined;
  durability: (typeof durabilities)[number];
}

const clusterDefaults = { nodes: 3, ringSize: 64, n: 3, r: 2, w: 2 };

/** Undefined when the driver goes elsewhere. Adds what is wrong to `problems`. */
export function readCluster(
  given: BenchConfig['cluster'],
  driver: Driver,
  endpoints: readonly string[] | undefined,
  problems: ConfigurationProblem[],
): PlannedCluster | undefined {
  const wanted = driver.bundledCluster === true && (endpoints === undefined || endpoints.length === 0);
  if (!wanted) {
    if (given !== undefined) {
      const why = driver.bundledCluster === true ? 'an endpoint was given' : `the driver is "${driver.name}"`;
      const message = `nodes, ring size, n, r, w, consistency and data concern the cluster that rkv starts itself, but ${why}`;
      problems.push({ path: 'cluster', message });
    }
    return undefined;
  }
  const nodes = given?.nodes ?? clusterDefaults.nodes;
  const n = given?.n ?? Math.min(clusterDefaults.n, nodes);
  const r = given?.r ?? Math.min(clusterDefaults.r, n);
  const w = given?.w ?? Math.min(clusterDefaults.w, n);
  const ringSize = given?.ringSize ?? clusterDefaults.ringSize;
  if (n > nodes)
    problems.push({ path: 'n', message: `${n} replicas need at least ${n} nodes, but there are ${nodes}` });
  if (r > n)
    problems.push({ path: 'r', message: `${r} answers cannot come from ${n} replicas; r is 1 to n` });
  if (w > n)
    problems.push({ path: 'w', message: `${w} answers cannot come from ${n} replicas; w is 1 to n` });
  if (ringSize < 8 || ringSize > 1024 || !Number.isInteger(Math.log2(ringSize))) {
    problems.push({
      path: 'ringSize',
      message: `${ringSize} is not a power of two from 8 to 1024; for example 64`,
    });
  }
  const { consistency = 'sloppy', dataDir, durability } = given ?? {};
  if (durability !== undefined && dataDir === undefined)
    problems.push({
      path: 'durability',
      message: 'says what survives on disk, and data are in memory; name a dataDir (--data-dir)',
    });
  return { nodes, ringSize, n, r, w, consistency, dataDir, durability: durability ?? 'sync' };
}
