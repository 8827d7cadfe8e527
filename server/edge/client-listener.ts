/** Accepts clients and passes their bytes to the node. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { LogEvent, RkvNode } from '../node/index.js';
import { type ServerTls, tlsVersionMin } from './server-tls.js';
import { SocketPort } from './socket-port.js';
import { ThinnedLog } from './thinned-log.js';

export interface ClientListenerOptions {
  /** Clients connected at once; one more is told so and closed. Each costs some kilobytes. */
  connectionsMax: number;
  /** The node, once it has begun; clients that come before are told so and closed. */
  node(): RkvNode | undefined;
  /** Undefined: clients are not encrypted. */
  tls: ServerTls | undefined;
  log(event: LogEvent): void;
}

/** Encrypted connections must be agreed upon within this time, and so many may be at once. */
const greetingTimeoutMs = 10_000;
const greetingMax = 1024;

export class ClientListener {
  readonly server: Server;
  readonly #options: ClientListenerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #log: ThinnedLog;
  /** Clients that were not let in because there were too many. */
  rejected = 0;
  /** Encrypted connections that are being agreed upon. */
  readonly #greeting = new Set<Socket>();

  constructor(options: ClientListenerOptions) {
    this.#options = options;
    this.#log = new ThinnedLog(options.log);
    const { tls } = options;
    this.server =
      tls === undefined
        ? createServer({ noDelay: true }, (socket) => this.#accept(socket))
        : this.#createTls(tls);
  }

  /** Takes no more clients. */
  refuse(): void {
    this.server.close();
  }

  /** Stops listening and closes every client, at once. */
  close(): void {
    this.server.close();
    for (const socket of [...this.#sockets, ...this.#greeting]) socket.destroy();
  }

  #createTls({ cert, key, ca, clientAuth }: ServerTls): Server {
    const server = createTlsServer(
      {
        cert,
        key,
        ca,
        requestCert: clientAuth,
        rejectUnauthorized: clientAuth,
        minVersion: tlsVersionMin,
        handshakeTimeout: greetingTimeoutMs,
        noDelay: true,
      },
      (socket) => this.#accept(socket),
    );
    server.on('tlsClientError', (error, socket) => {
      this.#log.log({
        level: 'warn',
        event: 'client-refused',
        from: socket.remoteAddress ?? '',
        reason: error.message,
      });
      socket.destroy();
    });
    server.on('connection', (socket: Socket) => {
      if (this.#greeting.size >= greetingMax) {
        socket.destroy();
        return;
      }
      this.#greeting.add(socket);
      socket.once('close', () => this.#greeting.delete(socket));
    });
    server.on('secureConnection', (socket) => this.#greeting.delete(socket));
    return server;
  }

  #accept(socket: Socket): void {
    const { connectionsMax } = this.#options;
    const node = this.#options.node();
    // A connection that breaks is an everyday event; 'close' follows.
    socket.on('error', () => {});
    if (node === undefined) {
      socket.end('-LOADING this node has not joined its cluster yet\r\n');
      return;
    }
    if (this.#sockets.size >= connectionsMax) {
      this.rejected++;
      this.#log.log({ level: 'warn', event: 'client-refused', connectionsMax });
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
