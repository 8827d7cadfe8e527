/** As Redis' protected mode: a server that others can reach does not begin without something that keeps them out. */
import { BlockList, isIP } from 'node:net';
import { ServerError } from '../server-error.js';

export interface Protection {
  /** The address to listen on. */
  readonly host: string;
  /** Clients must log in. */
  readonly clientsAreKnown: boolean;
  /** Nodes prove who they are, or the operator says that nobody else reaches their port. */
  readonly linksAreTrusted: boolean;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Throws a ServerError that says what is missing. */
export function checkProtection({ host, clientsAreKnown, linksAreTrusted }: Protection): void {
  if (isLoopback(host)) return;
  const missing: string[] = [];
  if (!clientsAreKnown)
    missing.push(
      'users for clients (--users FILE, or a password in RKV_PASSWORD, or certificates: --tls-client-auth)',
    );
  if (!linksAreTrusted)
    missing.push(
      'a secret of the nodes (--cluster-secret-file FILE, or --tls-cluster; or --trusted-network, if nobody else can reach their port)',
    );
  if (missing.length === 0) return;
  throw new ServerError(
    'unprotected',
    `A server on ${host} can be reached from other machines, and there is no protection: give ${missing.join(' and ')}, or listen on 127.0.0.1.`,
    { definite: true },
  );
}

export function isLoopback(host: string): boolean {
  const kind = isIP(host);
  if (kind === 0) return host === 'localhost';
  return loopback.check(host, kind === 4 ? 'ipv4' : 'ipv6');
}
