// The rkv driver: an rkv cluster through its Redis protocol, each key straight to the node that owns it.
// Semantics: the cluster's own n, r and w; `UNCERTAIN` leaves open whether a write took effect,
// every other error reply says that it did not. While a node is gone, its keys go to the next one that answers,
// which coordinates as well as the owner.
import { defineDriver, type TicketedContext, type TicketedSession } from '../bench/driver.js';
import { fetchRing, type RingView, routeOf } from '../server/index.js';
import { readSettings } from './read-settings.js';
import type { RespConnection } from './resp/connection.js';
import { type Login, loginOf, loginSettings } from './resp/login.js';
import { type SecureOptions, secureOptionsOf } from './resp/secure-options.js';
import { openRespSession } from './resp/session.js';

export const rkvDriver = defineDriver({
  name: 'rkv',
  description: 'an rkv cluster; starts one of its own when no endpoint is given',
  operations: ['get', 'put', 'delete', 'get_own_puts'],
  bundledCluster: true,
  logsIn: true,
  async openTicketed(context) {
    const settings = readSettings('rkv', loginSettings, context.options);
    const variables = { user: 'RKV_USER', password: 'RKV_PASSWORD' };
    const login = context.options.isBundled === true ? undefined : await loginOf(settings, variables);
    const access = { login, secure: await secureOptionsOf(settings.tls) };
    return openOn(context, await firstRing(context.options.endpoints, access), access);
  },
});

/** Who to be at the servers, and how to talk to them. */
interface Access {
  login: Login | undefined;
  secure: SecureOptions | undefined;
}

function openOn(context: TicketedContext, view: RingView, access: Access): Promise<TicketedSession> {
  const { keys, options, workers } = context;
  const ownerOf = routeOf(view);
  const nodes = view.members.length;
  // Every worker has a connection to every node, or all of them share one per node.
  const sets = options.connections === 'per-worker' ? workers : 1;
  return openRespSession({
    context,
    ...access,
    endpoints: Array.from({ length: sets }, () => view.members).flat(),
    route: (ticket, connections) => {
      const first = sets === 1 ? 0 : ticket * nodes;
      const owner = nodes === 1 ? 0 : ownerOf(keys.buffers[ticket]!, keys.start[ticket]!, keys.end[ticket]!);
      return first + readyNode(connections, first, nodes, owner);
    },
    // Without a server its keys go to the others, from the beginning as well.
    opensWithSome: true,
    isIndefinite: (code) => code === 'UNCERTAIN',
  });
}

/** The owner, or the next node with a connection; the owner again when there is none. */
function readyNode(
  connections: readonly RespConnection[],
  first: number,
  nodes: number,
  owner: number,
): number {
  for (let i = 0; i < nodes; i++) {
    const node = (owner + i) % nodes;
    if (connections[first + node]!.ready) return node;
  }
  return owner;
}

/** The ring, from the first endpoint that answers; rejects with what the first one said. */
async function firstRing(
  endpoints: TicketedContext['options']['endpoints'],
  { login, secure }: Access,
): Promise<RingView> {
  const failures: unknown[] = [];
  for (const { host, port } of endpoints) {
    try {
      return await fetchRing({ host, port, login: login && { user: 'default', ...login }, tls: secure });
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}
