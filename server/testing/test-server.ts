/** A server in the test's own process, on real sockets and free ports, alone in its cluster; the test stops it. */
import type { LogEvent } from '../node/index.js';
import {
  type ClusterOptions,
  type RunningServer,
  type ServerMember,
  type ServerOptions,
  startServer,
} from '../start-server.js';

export interface TestServer extends RunningServer {
  readonly name: string;
  readonly clusterId: string;
  readonly log: readonly LogEvent[];
}

export interface TestServerOptions extends Partial<ServerOptions> {
  readonly cluster?: Partial<ClusterOptions>;
  /** All members, this server included; by default it alone. */
  readonly members?: (own: ServerMember) => readonly ServerMember[];
}

export async function startTestServer({
  cluster,
  members = (own) => [own],
  ...options
}: TestServerOptions = {}): Promise<TestServer> {
  const log: LogEvent[] = [];
  const name = options.name ?? 'node1@127.0.0.1';
  const host = options.host ?? '127.0.0.1';
  const server = await startServer({
    host,
    clientPort: 0,
    linkPort: 0,
    log: (event) => log.push(event),
    ...options,
    name,
  });
  const { clientPort, linkPort } = server;
  const clusterId = cluster?.clusterId ?? `test-${clientPort}`;
  await server.begin({
    ringSize: 16,
    quorum: { n: 1, r: 1, w: 1 },
    clusterId,
    members: members({ name, host, clientPort, linkPort }),
    ...cluster,
  });
  return { ...server, name, clusterId, log };
}

/** Waits for a condition; throws with what was waited for when the deadline passes. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  limitMs = 40_000,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
