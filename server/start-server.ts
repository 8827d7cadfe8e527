/**
 * Starts one server on real sockets: first its ports, so that others can be told where they are, and then,
 * when the members are known, its node.
 */
import { ClientListener } from './edge/client-listener.js';
import type { ClusterSecret } from './edge/cluster-secret.js';
import { joinOffers } from './edge/fetch-join-offer.js';
import { knownCluster, withAddresses } from './edge/known-cluster.js';
import { LinkSockets } from './edge/link-sockets.js';
import { listen } from './edge/listen.js';
import { logLines } from './edge/log-lines.js';
import { type DataOptions, openNodeStorage } from './edge/node-storage.js';
import { OperationsListener } from './edge/operations-listener.js';
import { PasswordCheck } from './edge/password-check.js';
import { checkProtection } from './edge/protected-mode.js';
import { realEnvironment } from './edge/real-environment.js';
import { checkRingAge } from './edge/ring-age.js';
import type { ServerTls } from './edge/server-tls.js';
import { clientsMaxDefault } from './edge/service-limits.js';
import type { User } from './edge/users.js';
import { addressText, createFormedState } from './membership/index.js';
import {
  freshClusterId,
  type LinkTimes,
  type LogEvent,
  type MembershipTimes,
  type NodeLimits,
  RkvNode,
} from './node/index.js';
import { type Consistency, cappedQuorum, type Quorum, quorumMistake } from './request/index.js';
import { nodeName, ringSizeDefault } from './ring/index.js';
import { ServerError } from './server-error.js';

/** Every request has been answered after its own deadline of 5 s: so none is cut off, unless it named a longer one. */
export const drainTimeoutMs = 6000;

/** The time between ticks of a node: the finest that its deadlines and heartbeats can be. */
const tickMs = 25;
/** Connections to the port for nodes that have not proven yet who they are. */
const unprovenLinksMax = 64;

export interface ServerMember {
  readonly name: string;
  readonly host: string;
  readonly clientPort: number;
  readonly linkPort: number;
}

export interface ServerOptions {
  /** The name of this node, for example node1@127.0.0.1. */
  readonly name: string;
  readonly host: string;
  /** 0 for any free port. */
  readonly clientPort: number;
  /** 0 for any free port. */
  readonly linkPort: number;
  /** Who may log in; by default nobody needs to, and the server must listen on loopback. */
  readonly users?: readonly User[] | undefined;
  /** Where they are read from anew; rejects with a sentence that says what is wrong there. */
  readonly readUsers?: (() => Promise<readonly User[]>) | undefined;
  /** What nodes prove to each other that they know. */
  readonly clusterSecret?: ClusterSecret | undefined;
  /** The certificate that clients are served with, and nodes if it says so; default: nothing is encrypted. */
  readonly tls?: ServerTls | undefined;
  /** Nobody but the members reaches the port for nodes; needed beyond loopback where they have no secret. */
  readonly trustedNetwork?: boolean | undefined;
  /** Clients that may be connected at once. */
  readonly clientsMax?: number | undefined;
  /** Where the node keeps its records; default: memory. */
  readonly data?: DataOptions | undefined;
  /** Where metrics and health are served over HTTP; 0 for any free port; default: nowhere. */
  readonly metricsPort?: number | undefined;
  /** Where log events go; default: lines of JSON on standard error. */
  readonly log?: (event: LogEvent) => void;
}

export interface ClusterOptions {
  /** Nodes of another cluster are refused; by default an id that no other cluster has. */
  readonly clusterId?: string;
  /** Default: that of the data directory, or of new rings; one that differs from the data's is refused. */
  readonly ringSize?: number | undefined;
  readonly quorum: Quorum;
  /** What plain requests may rely on; default: sloppy. */
  readonly consistency?: Consistency;
  /** All members, this server included. */
  readonly members: readonly ServerMember[];
  readonly limits?: Partial<NodeLimits>;
  readonly linkTimes?: Partial<LinkTimes>;
  readonly membershipTimes?: Partial<MembershipTimes>;
}

export interface RunningServer {
  readonly clientPort: number;
  readonly linkPort: number;
  /** Where metrics and health are served; undefined if nowhere. */
  readonly metricsPort: number | undefined;
  /** Begins the node as one of these members. Rejects with a ServerError or RingError on what cannot be. */
  begin(cluster: ClusterOptions): Promise<void>;
  /** Resolves when all links are up; rejects with a ServerError after the deadline. */
  ready(timeoutMs: number): Promise<void>;
  /** The disk has failed: the server answers no writes any more, and should be stopped. */
  readonly failed: Promise<ServerError>;
  /** Reads the users anew; the old ones stay if they cannot be read. The log tells what became of it. */
  reloadUsers(): void;
  /**
   * Takes no more clients and no more commands, and resolves when those that were begun are answered, or after the
   * deadline; to be called before `stop`. Whether the node is ready is told first.
   */
  drain(timeoutMs?: number): Promise<void>;
  /** Ends all connections, frees the ports, and makes what is stored durable. */
  stop(): Promise<void>;
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const name = nodeName(options.name);
  const { tls, clusterSecret } = options;
  checkProtection({
    host: options.host,
    clientsAreKnown: options.users !== undefined || tls?.clientAuth === true,
    linksAreTrusted: options.trustedNetwork === true || clusterSecret !== undefined || tls?.cluster === true,
  });
  const access =
    options.users === undefined ? undefined : new PasswordCheck(options.users, { read: options.readUsers });
  const log = options.log ?? logLines(name);
  let node: RkvNode | undefined;
  let ticker: NodeJS.Timeout | undefined;
  const storage = await openNodeStorage(name, options.data, log);
  const clients = new ClientListener({
    connectionsMax: options.clientsMax ?? clientsMaxDefault,
    node: () => node,
    tls,
    log,
  });
  const links = new LinkSockets({
    host: options.host,
    node: () => node,
    secret: clusterSecret,
    tls: tls?.cluster === true ? tls : undefined,
    unprovenMax: unprovenLinksMax,
    log,
  });
  const operations = options.metricsPort === undefined ? undefined : new OperationsListener(() => node);
  const stop = async () => {
    clearInterval(ticker);
    operations?.close();
    node?.close();
    clients.close();
    links.close();
    await storage.close(node?.latestVersionMs);
  };
  let clientPort: number;
  let linkPort: number;
  let metricsPort: number | undefined;
  try {
    clientPort = await listen(clients.server, options.host, options.clientPort);
    linkPort = await listen(links.server, options.host, options.linkPort);
    if (operations !== undefined)
      metricsPort = await listen(operations.server, options.host, options.metricsPort ?? 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    clientPort,
    linkPort,
    metricsPort,
    failed: storage.failed,
    begin: async (cluster) => {
      const mistake = quorumMistake(cluster.quorum);
      if (mistake !== undefined) throw new ServerError('bad-quorum', mistake, { definite: true });
      const members = cluster.members.map((member) => ({ ...member, name: nodeName(member.name) }));
      const addressed = members.map((member) => ({ name: member.name, address: addressText(member) }));
      if (!addressed.some((member) => member.name === name))
        throw new ServerError('bad-members', `${name} is not among the members it was given.`, {
          definite: true,
        });
      const files =
        options.data && knownCluster({ ...options.data, name, clusterId: cluster.clusterId, log });
      const state =
        files?.known === undefined
          ? createFormedState({
              clusterId: cluster.clusterId ?? storage.clusterId ?? freshClusterId(Math.random),
              ringSize: cluster.ringSize ?? storage.ringSize ?? ringSizeDefault,
              members: addressed,
            })
          : withAddresses(files.known.state, addressed);
      if (options.data !== undefined && files?.known !== undefined)
        checkRingAge({ directory: options.data.directory, name, state, data: storage, log });
      // Ring files know better of which cluster the data are; without any the rings of the cluster begin anew.
      const isSame = storage.clusterId === state.clusterId;
      if (files !== undefined && isSame === (files.known === undefined))
        await storage.rebind(state.clusterId);
      await storage.bind({ clusterId: state.clusterId, ringSize: cluster.ringSize ?? state.ringSize });
      files?.save({
        state,
        copies: files.known?.copies ?? cappedQuorum(cluster.quorum, state.members.size).n,
      });
      const environment = realEnvironment({
        storage,
        access,
        connectLink: (member, address) => links.connect(member, address),
        fetchJoinOffer: joinOffers({
          secret: clusterSecret,
          tls: tls && { ca: tls.ca, cert: tls.cert, key: tls.key },
        }),
        secret: clusterSecret,
        rejectedClients: () => clients.rejected,
        saveCluster: files?.save,
        flush: () => node?.flush(),
        log,
      });
      const { quorum, consistency, limits, linkTimes, membershipTimes } = cluster;
      node = new RkvNode(
        {
          name,
          state,
          ...(files?.known === undefined ? {} : { copies: files.known.copies }),
          quorum,
          ...(consistency === undefined ? {} : { consistency }),
          incarnation: storage.incarnation,
          ...(limits === undefined ? {} : { limits }),
          ...(linkTimes === undefined ? {} : { linkTimes }),
          ...(membershipTimes === undefined ? {} : { membershipTimes }),
        },
        environment,
      );
      node.tick();
      ticker = setInterval(() => node?.tick(), tickMs);
    },
    ready: (timeoutMs) => untilReady(() => node?.isReady === true, name, timeoutMs),
    reloadUsers: () => node?.reloadUsers(() => {}),
    drain: async (timeoutMs = drainTimeoutMs) => {
      const begunMs = performance.now();
      log({ level: 'info', event: 'drain-begun', timeoutMs });
      if (operations !== undefined) operations.isDraining = true;
      clients.refuse();
      const isDone = await untilTrue(() => node?.drain() !== false, timeoutMs);
      const event = isDone ? 'drain-done' : 'drain-given-up';
      log({ level: isDone ? 'info' : 'warn', event, ms: Math.round(performance.now() - begunMs) });
      // What others wait to be told leaves before the links end.
      node?.flush();
    },
    stop,
  };
}

async function untilReady(isReady: () => boolean, name: string, timeoutMs: number): Promise<void> {
  if (!(await untilTrue(isReady, timeoutMs)))
    throw new ServerError('not-ready', `${name} has not reached all other members within ${timeoutMs} ms.`);
}

/** Looks every tick; false if it was not so within the time. */
async function untilTrue(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > deadlineMs) return false;
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  return true;
}
