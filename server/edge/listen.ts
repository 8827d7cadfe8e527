/** Binds a TCP port, and says in one sentence why it cannot. */
import type { AddressInfo, Server } from 'node:net';
import { ServerError } from '../server-error.js';

export const portMax = 65_535;

/** Listens on a port (0 for any free one) and returns the port. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    checkPort(port);
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen({ host, port, backlog: 1024 }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Throws a ServerError unless it is 0 to 65535. */
export function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= portMax) return;
  const message = `${port} is no port: ports are 1 to ${portMax}, and 0 takes a free one.`;
  throw new ServerError('bad-address', message, { definite: true });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): ServerError {
  const options = { cause: error, definite: true };
  switch (error.code) {
    case 'EADDRINUSE':
      return new ServerError(
        'port-in-use',
        `Port ${port} on ${host} is in use: stop what listens there, or choose another port.`,
        options,
      );
    case 'EACCES':
      return new ServerError(
        'bad-address',
        `Port ${port} on ${host} needs rights that this user lacks.`,
        options,
      );
    default:
      return new ServerError(
        'bad-address',
        `Cannot listen on ${host}, port ${port}: ${error.message}.`,
        options,
      );
  }
}
