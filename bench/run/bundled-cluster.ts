// The cluster that rkv starts for a run when no endpoint is given: real server processes on free loopback
// ports, which end with the run whatever way it ends. The only place in bench that knows the server.
import { startLocalCluster } from '../../server/index.js';
import type { BenchPlan } from '../config/bench-plan.js';

export interface BundledCluster {
  endpoints: { host: string; port: number }[];
  description: string;
  /** Names of the servers that ended by themselves. */
  readonly lost: readonly string[];
  stop(): Promise<void>;
}

export async function startBundledCluster(
  { nodes, ringSize, n, r, w }: NonNullable<BenchPlan['cluster']>,
  onLost: (name: string) => void,
): Promise<BundledCluster> {
  const lost: string[] = [];
  const cluster = await startLocalCluster({
    nodes,
    ringSize,
    n,
    r,
    w,
    onExit: (index) => {
      const { name } = cluster.members[index]!;
      lost.push(name);
      onLost(name);
    },
  });
  const plural = nodes === 1 ? '1 node' : `${nodes} nodes`;
  return {
    endpoints: cluster.members.map(({ host, clientPort }) => ({ host, port: clientPort })),
    description: `bundled cluster: ${plural}, ring of ${ringSize}, n=${n} r=${r} w=${w}`,
    lost,
    stop: () => cluster.stop(),
  };
}
