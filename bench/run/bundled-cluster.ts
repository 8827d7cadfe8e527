// The cluster that rkv starts for a run when no endpoint is given: real server processes on free loopback
// ports, which end with the run whatever way it ends. The only place in bench that knows the server.
import { type LocalCluster, ServerError, startLocalCluster } from '../../server/index.js';
import type { BenchPlan } from '../config/bench-plan.js';
import type { PlannedCluster } from '../config/plan-cluster.js';
import type { Undo } from './fault-runner.js';
import { cutOff } from './own-network.js';

export interface BundledCluster {
  endpoints: { host: string; port: number }[];
  description: string;
  /** Names of the servers that ended by themselves, not by a fault. */
  readonly lost: readonly string[];
  stop(): Promise<void>;
  /** What faults do to the server at an index; each rejects with an Error that says why it cannot. */
  kill(node: number): Promise<void>;
  restart(node: number): Promise<void>;
  signal(node: number, name: 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  pidOf(node: number): number;
  join(): Promise<void>;
  leave(node: number): Promise<void>;
  part(nodes: readonly number[]): Promise<Undo>;
}

/**
 * Servers that will be started again keep their ports below those that systems give out by themselves: in the meantime
 * nobody else gets them.
 */
const basePorts = { from: 10_000, to: 30_000 };
const attemptsMax = 20;

export async function startBundledCluster(
  { cluster: plan, faults }: { cluster: PlannedCluster; faults: BenchPlan['faults'] },
  onLost: (name: string) => void,
): Promise<BundledCluster> {
  const { nodes, ringSize, n, r, w, consistency, dataDir, durability } = plan;
  const lost: string[] = [];
  const isExpected = new Set<number>();
  const ownHosts = faults.some(({ kind }) => kind === 'partition');
  const cluster: LocalCluster = await startSomewhere(faults.length > 0, (basePort) =>
    startLocalCluster({
      nodes,
      ringSize,
      n,
      r,
      w,
      consistency,
      basePort,
      ownHosts,
      data:
        dataDir === undefined
          ? undefined
          : {
              directory: dataDir,
              durability: durability === 'batch' ? { kind: durability, windowMs: 100 } : { kind: durability },
            },
      onExit: (index) => {
        if (isExpected.has(index)) return;
        const { name } = cluster.members[index]!;
        lost.push(name);
        onLost(name);
      },
    }),
  );
  const plural = nodes === 1 ? '1 node' : `${nodes} nodes`;
  const how = [
    ...(consistency === 'sloppy' ? [] : [consistency]),
    ...(dataDir === undefined ? [] : [`on disk (${durability})`]),
  ];
  return {
    endpoints: cluster.members.map(({ host, clientPort }) => ({ host, port: clientPort })),
    description: [`bundled cluster: ${plural}, ring of ${ringSize}, n=${n} r=${r} w=${w}`, ...how].join(', '),
    lost,
    stop: () => cluster.stop(),
    kill: async (node) => {
      isExpected.add(node);
      await cluster.kill(node, 'SIGKILL');
    },
    restart: async (node) => {
      await cluster.restart(node);
      isExpected.delete(node);
    },
    signal: (node, name) => cluster.kill(node, name),
    pidOf: (node) => cluster.members[node]!.pid,
    join: async () => void (await cluster.join()),
    leave: (node) => cluster.leave(node),
    part: (nodes) => {
      const isCut = new Set(nodes);
      const hostOf = (node: number): string => cluster.members[node]!.host;
      const all = cluster.members.map((_, node) => node);
      return cutOff(
        all.filter((node) => isCut.has(node)).map(hostOf),
        all.filter((node) => !isCut.has(node)).map(hostOf),
      );
    },
  };
}

async function startSomewhere<T>(isNumbered: boolean, start: (basePort: number) => Promise<T>): Promise<T> {
  if (!isNumbered) return start(0);
  for (let attempt = 1; ; attempt++) {
    const basePort = basePorts.from + Math.floor(Math.random() * (basePorts.to - basePorts.from));
    try {
      return await start(basePort);
    } catch (error) {
      // Which of the two it is told as depends on which of the servers was first.
      const isTaken = error instanceof ServerError && /in use/.test(error.message);
      if (!isTaken || attempt === attemptsMax) throw error;
    }
  }
}
