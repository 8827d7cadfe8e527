/** Opens the socket of a client, encrypted or not, and says in one sentence why a server is not trusted. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ServerError } from '../server-error.js';
import type { ClientTls } from './rkv-client.js';

export function openSocket({
  host,
  port,
  tls,
}: {
  host: string;
  port: number;
  tls: ClientTls | undefined;
}): Socket {
  if (tls === undefined) return connect({ host, port, noDelay: true });
  const { ca, cert, key, serverName = host } = tls;
  const name = isIP(serverName) === 0 ? { servername: serverName } : {};
  const socket = connectTls({ host, port, ca, cert, key, minVersion: 'TLSv1.2', ...name });
  socket.setNoDelay(true);
  return socket;
}

/** Nobody answers there; anything else that ends a connection before it is encrypted is about trust. */
export function isOfNetwork({ code = '' }: NodeJS.ErrnoException): boolean {
  return /^(ECONN|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|EADDR)/.test(code);
}

export function untrusted(place: string, error: NodeJS.ErrnoException): ServerError {
  const { code = '', message } = error;
  const hint = /SELF_SIGNED|UNABLE_TO|ISSUER/.test(code)
    ? ': name the authority of its certificate with --tls-ca FILE'
    : code.startsWith('ERR_SSL') || code === 'EPROTO'
      ? ': perhaps it serves no TLS, or wants a certificate (--tls-cert and --tls-key)'
      : '';
  const why = message.replace(/\.$/, '').trim();
  return new ServerError('untrusted', `The server on ${place} is not trusted (${why})${hint}.`, {
    definite: true,
    cause: error,
  });
}
