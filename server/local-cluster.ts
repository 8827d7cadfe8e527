/**
 * Starts a cluster of server processes on this machine and ends it again. Either all of them are ready or none
 * is left. They end by themselves if this process ends without stopping them, however it ends. Servers can be
 * killed, started again, added and removed meanwhile.
 */
import { join } from 'node:path';
import { type ChildExit, ChildServer } from './edge/child-server.js';
import { clusterSecretOf, freshSecretText } from './edge/cluster-secret.js';
import type { DataOptions } from './edge/node-storage.js';
import { joinLocally, leaveLocally } from './local-membership.js';
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
/** One that comes later has less of the machine, which is under load by then. */
const laterReadyTimeoutMs = 120_000;

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
  /** Node i is on 127.0.0.i, where Linux has all of these, so that a firewall can part them; default: all on 127.0.0.1. */
  readonly ownHosts?: boolean;
  /** Where records are kept: node i has the directory node<i> in this one. Default: memory. */
  readonly data?: Required<Pick<DataOptions, 'directory' | 'durability'>> | undefined;
  /** All servers must be ready within this time. */
  readonly readyTimeoutMs?: number;
  /** A server ended that was not told to by `stop`, `restart` or `leave`. `index` counts from 0. */
  readonly onExit?: (index: number, exit: ChildExit) => void;
  /** A server logged a line. */
  readonly onLog?: (index: number, line: string) => void;
}

export interface LocalMember extends ServerMember {
  readonly pid: number;
}

export interface LocalCluster {
  /** All that were ever started, those that have ended included. */
  readonly members: readonly LocalMember[];
  /** Ends all servers and waits for their ends. */
  stop(): Promise<void>;
  /** Sends a signal to the server at an index; with SIGKILL, waits for its end. */
  kill(index: number, signal: NodeJS.Signals): Promise<void>;
  /**
   * Starts the server at an index again, on its ports and its data, after having killed it where it still runs. Resolves
   * when its links are up. Without a data directory it comes back empty, and one that has joined is refused: it would
   * not know its cluster.
   */
  restart(index: number): Promise<void>;
  /** Starts one more server, which joins the others; resolves with its index when nothing is left to hand over. */
  join(): Promise<number>;
  /** Lets the server at an index hand over all that it has and go, and ends it then. */
  leave(index: number): Promise<void>;
}

const linkPortOffset = 1000;

/** Resolves when every server sees every other; rejects with a ServerError or RingError, nothing left behind. */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const { nodes, ringSize, basePort = 0 } = options;
  const quorum = checkedQuorum(options);
  if (ringSize !== undefined) checkedRingSize(ringSize);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > localNodesMax)
    throw mistake(`A local cluster has 1 to ${localNodesMax} nodes, and ${nodes} were asked for.`);
  if (basePort !== 0 && basePort + linkPortOffset + nodes > 65536)
    throw mistake(
      `The base port ${basePort} is too high: ports up to ${basePort + linkPortOffset + nodes} are needed.`,
    );
  const cluster = new RunningLocalCluster(options, quorum);
  try {
    await cluster.form();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

class RunningLocalCluster implements LocalCluster {
  readonly members: LocalMember[] = [];
  readonly #options: LocalClusterOptions;
  readonly #settings: { ringSize: number | undefined; quorum: Quorum; consistency: Consistency };
  readonly #children: ChildServer[] = [];
  readonly #readyTimeoutMs: number;
  /** Those whose end was asked for, one by one. */
  readonly #ended = new Set<ChildServer>();
  /** Its own, so that no other server joins by mistake; unless one is given, so that others may. */
  readonly #secret = process.env.RKV_CLUSTER_SECRET || freshSecretText();
  #isStopping = false;

  constructor(options: LocalClusterOptions, quorum: Quorum) {
    this.#options = options;
    clusterSecretOf(this.#secret, 'RKV_CLUSTER_SECRET');
    const { ringSize, consistency = consistencyDefault } = options;
    this.#settings = { ringSize, quorum, consistency };
    this.#readyTimeoutMs = options.readyTimeoutMs ?? readyTimeoutMsDefault;
    for (let index = 0; index < options.nodes; index++) this.#children.push(this.#startChild(index));
  }

  async form(): Promise<void> {
    this.members.push(...(await Promise.all(this.#children.map((child) => this.#bound(child)))));
    const told = this.members.map(withoutPid);
    for (const child of this.#children) this.#tell(child, 'local', told);
    await Promise.all(this.#children.map((child) => child.report('ready', this.#readyTimeoutMs)));
    this.#children.forEach((child, index) => {
      this.#watch(child, index);
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#children.map((child) => child.stop()));
  }

  async kill(index: number, signal: NodeJS.Signals): Promise<void> {
    const child = this.#child(index);
    child.signal(signal);
    if (signal === 'SIGKILL') await child.exited;
  }

  async restart(index: number): Promise<void> {
    const { data, nodes } = this.#options;
    if (index >= nodes && data === undefined)
      throw mistake(
        `${this.members[index]?.name} has joined and keeps its data in memory: it would not know its cluster.`,
      );
    const former = this.#child(index);
    this.#ended.add(former);
    former.signal('SIGKILL');
    await former.exited;
    if (this.#isStopping) throw mistake('The cluster is being stopped.');
    const child = this.#startChild(index);
    this.#children[index] = child;
    this.members[index] = await this.#bound(child, laterReadyTimeoutMs);
    // Those that have joined since are told by the others; addresses are as they were.
    this.#tell(
      child,
      'local',
      this.members.slice(0, Math.max(nodes, index + 1)).map(withoutPid),
      laterReadyTimeoutMs,
    );
    await child.report('ready', laterReadyTimeoutMs);
    this.#watch(child, index);
  }

  async join(): Promise<number> {
    const index = this.#children.length;
    if (index >= localNodesMax) throw mistake(`A local cluster has at most ${localNodesMax} nodes.`);
    const others = this.#runningMembers();
    const child = this.#startChild(index);
    this.#children.push(child);
    const member = await this.#bound(child, laterReadyTimeoutMs);
    this.members.push(member);
    this.#tell(child, `local-${index + 1}`, [withoutPid(member)], laterReadyTimeoutMs);
    await child.report('ready', laterReadyTimeoutMs);
    this.#watch(child, index);
    await joinLocally(member, others);
    return index;
  }

  async leave(index: number): Promise<void> {
    const child = this.#child(index);
    const member = this.members[index]!;
    const others = this.#runningMembers().filter(({ name }) => name !== member.name);
    await leaveLocally(member, others, async () => {
      this.#ended.add(child);
      await child.stop();
    });
  }

  #child(index: number): ChildServer {
    const child = this.#children[index];
    if (child === undefined)
      throw mistake(`There is no node ${index}: the cluster has ${this.#children.length}.`);
    return child;
  }

  #runningMembers(): LocalMember[] {
    return this.members.filter((_, index) => !this.#children[index]!.hasExited);
  }

  #startChild(index: number): ChildServer {
    const { basePort = 0, data, onLog, ownHosts = false } = this.#options;
    const bound = this.members[index];
    const isNumbered = basePort !== 0 && index < this.#options.nodes;
    const clientPort = bound?.clientPort ?? (isNumbered ? basePort + index : 0);
    const linkPort = bound?.linkPort ?? (isNumbered ? basePort + linkPortOffset + index : 0);
    const host = ownHosts ? `127.0.0.${index + 1}` : '127.0.0.1';
    const folder = `node${index + 1}`;
    return new ChildServer(
      {
        name: `${folder}@${host}`,
        host,
        clientPort,
        linkPort,
        data: data && { ...data, directory: join(data.directory, folder) },
      },
      this.#secret,
      (line) => onLog?.(index, line),
    );
  }

  async #bound(child: ChildServer, timeoutMs = this.#readyTimeoutMs): Promise<LocalMember> {
    const { clientPort, linkPort } = await child.report('listening', timeoutMs);
    return { name: child.name, host: child.host, clientPort, linkPort, pid: child.pid };
  }

  #tell(
    child: ChildServer,
    clusterId: string,
    members: readonly ServerMember[],
    readyTimeoutMs = this.#readyTimeoutMs,
  ): void {
    child.tell({ kind: 'members', clusterId, ...this.#settings, members: [...members], readyTimeoutMs });
  }

  #watch(child: ChildServer, index: number): void {
    child.exited.then((exit) => {
      if (!this.#isStopping && !this.#ended.has(child)) this.#options.onExit?.(index, exit);
    });
  }
}

function withoutPid({ pid: _, ...member }: LocalMember): ServerMember {
  return member;
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
