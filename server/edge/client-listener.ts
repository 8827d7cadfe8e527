/** Accepts clients and passes their bytes to the node. */
import { createServer, type Server, type Socket } from 'node:net';
import type { LogEvent, RkvNode } from '../node/index.js';
import { SocketPort } from './socket-port.js';

export interface ClientListenerOptions {
  /** Clients connected at once; one more is told so and closed. Each costs some kilobytes. */
  connectionsMax: number;
  /** The node, once it has begun; clients that come before are told so and closed. */
  node(): RkvNode | undefined;
  log(event: LogEvent): void;
}

export const connectionsMaxDefault = 10_000;

export class ClientListener {
  readonly server: Server;
  readonly #options: ClientListenerOptions;
  readonly #sockets = new Set<Socket>();

  constructor(options: ClientListenerOptions) {
    this.#options = options;
    this.server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Stops listening and closes every client, at once. */
  close(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    const { connectionsMax, log } = this.#options;
    const node = this.#options.node();
    // A connection that breaks is an everyday event; 'close' follows.
    socket.on('error', () => {});
    if (node === undefined) {
      socket.end('-LOADING this node has not joined its cluster yet\r\n');
      return;
    }
    if (this.#sockets.size >= connectionsMax) {
      log({ level: 'warn', event: 'client-refused', connectionsMax });
      socket.end('-ERR max number of clients reached\r\n');
      return;
    }
    this.#sockets.add(socket);
    const client = node.openClient(new SocketPort(socket, () => node.clientDrained(client)));
    socket.on('data', (chunk: Buffer) => node.clientBytes(client, chunk, 0, chunk.length));
    socket.once('close', () => {
      this.#sockets.delete(socket);
      node.clientClosed(client);
    });
  }
}
