/**
 * Starts a cluster of server processes on this machine and ends it again. Either all of them are ready or none
 * is left. They end by themselves if this process ends without stopping them, however it ends.
 */
import { join } from 'node:path';
import { type ChildExit, ChildServer } from './edge/child-server.js';
import type { DataOptions } from './edge/node-storage.js';
import {
  type Consistency,
  consistencyDefault,
  type Quorum,
  quorumDefault,
  quorumMistake,
} from './request/index.js';
import { checkedRingSize } from './ring/index.js';
import { ServerError } from './server-error.js';
import type { ServerMember } from './start-server.js';

/** A machine has so many loopback ports and so many cores: more servers than this are a mistake. */
export const localNodesMax = 64;
const readyTimeoutMsDefault = 30_000;

export interface LocalClusterOptions {
  /** How many servers: node1@127.0.0.1 and on. */
  readonly nodes: number;
  readonly ringSize?: number;
  readonly n?: number;
  readonly r?: number;
  readonly w?: number;
  /** What plain requests may rely on; default: sloppy. */
  readonly consistency?: Consistency;
  /** Node i serves clients on basePort + i - 1 and other nodes 1000 above; 0, the default, takes free ports. */
  readonly basePort?: number;
  /** Where records are kept: node i has the directory node<i> in this one. Default: memory. */
  readonly data?: Required<Pick<DataOptions, 'directory' | 'durability'>> | undefined;
  /** All servers must be ready within this time. */
  readonly readyTimeoutMs?: number;
  /** A server ended that was not told to. `index` counts from 0. */
  readonly onExit?: (index: number, exit: ChildExit) => void;
  /** A server logged a line. */
  readonly onLog?: (index: number, line: string) => void;
}

export interface LocalMember extends ServerMember {
  readonly pid: number;
}

export interface LocalCluster {
  readonly members: readonly LocalMember[];
  /** Ends all servers and waits for their ends. */
  stop(): Promise<void>;
  /** Sends a signal to the server at an index; with SIGKILL, waits for its end. */
  kill(index: number, signal: NodeJS.Signals): Promise<void>;
}

const host = '127.0.0.1';
const linkPortOffset = 1000;

/** Resolves when every server sees every other; rejects with a ServerError or RingError, nothing left behind. */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const { nodes, basePort = 0, readyTimeoutMs = readyTimeoutMsDefault, onExit } = options;
  const quorum = checkedQuorum(options);
  const { ringSize } = options;
  if (ringSize !== undefined) checkedRingSize(ringSize);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > localNodesMax)
    throw mistake(`A local cluster has 1 to ${localNodesMax} nodes, and ${nodes} were asked for.`);
  if (basePort !== 0 && basePort + linkPortOffset + nodes > 65536)
    throw mistake(
      `The base port ${basePort} is too high: ports up to ${basePort + linkPortOffset + nodes} are needed.`,
    );
  const children = Array.from({ length: nodes }, (_, i) => {
    const clientPort = basePort === 0 ? 0 : basePort + i;
    const linkPort = basePort === 0 ? 0 : basePort + linkPortOffset + i;
    const name = `node${i + 1}`;
    const data = options.data && { ...options.data, directory: join(options.data.directory, name) };
    return new ChildServer({ name: `${name}@${host}`, host, clientPort, linkPort, data }, (line) =>
      options.onLog?.(i, line),
    );
  });
  const state = { isStopping: false };
  const stop = async () => {
    state.isStopping = true;
    await Promise.all(children.map((child) => child.stop()));
  };
  try {
    const { consistency = consistencyDefault } = options;
    const members = await formCluster(children, { ringSize, quorum, consistency, readyTimeoutMs });
    children.forEach((child, index) => {
      child.exited.then((exit) => {
        if (!state.isStopping) onExit?.(index, exit);
      });
    });
    return {
      members,
      stop,
      kill: async (index, signal) => {
        const child = children[index];
        if (child === undefined) throw mistake(`There is no node ${index}: the cluster has ${nodes}.`);
        child.signal(signal);
        if (signal === 'SIGKILL') await child.exited;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function formCluster(
  children: readonly ChildServer[],
  cluster: {
    ringSize: number | undefined;
    quorum: Quorum;
    consistency: Consistency;
    readyTimeoutMs: number;
  },
): Promise<LocalMember[]> {
  const members = await Promise.all(
    children.map(async (child) => {
      const { clientPort, linkPort } = await child.report('listening', cluster.readyTimeoutMs);
      return { name: child.name, host, clientPort, linkPort, pid: child.pid };
    }),
  );
  const told = members.map(({ pid: _, ...member }) => member);
  for (const child of children)
    child.tell({ kind: 'members', clusterId: 'local', ...cluster, members: told });
  await Promise.all(children.map((child) => child.report('ready', cluster.readyTimeoutMs)));
  return members;
}

function checkedQuorum({ n = quorumDefault.n, r, w }: LocalClusterOptions): Quorum {
  const quorum = { n, r: r ?? Math.min(quorumDefault.r, n), w: w ?? Math.min(quorumDefault.w, n) };
  const wrong = quorumMistake(quorum);
  if (wrong !== undefined) throw new ServerError('bad-quorum', wrong, { definite: true });
  return quorum;
}

function mistake(message: string): ServerError {
  return new ServerError('bad-members', message, { definite: true });
}
