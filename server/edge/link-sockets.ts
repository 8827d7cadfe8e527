/** The sockets of the links between nodes: listens for other members, and connects to them when told to. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { MemberAddress } from '../membership/index.js';
import type { RkvNode } from '../node/index.js';
import { SocketPort } from './socket-port.js';

/** An attempt to connect that has no answer by then has failed. */
const connectTimeoutMs = 2000;

export class LinkSockets {
  readonly server: Server;
  readonly #host: string;
  readonly #node: () => RkvNode | undefined;
  readonly #sockets = new Set<Socket>();
  #isClosed = false;

  /** `host`: where it listens. A member that connects before the node has begun is closed, and tries again. */
  constructor(host: string, node: () => RkvNode | undefined) {
    this.#host = host;
    this.#node = node;
    this.server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Opens a connection to a member; the node hears of its end in any case. */
  connect(member: number, { host, linkPort }: MemberAddress): void {
    const node = this.#node();
    if (node === undefined || this.#isClosed) return;
    // Of several servers on one machine each speaks from its own address, so that a network tells them apart.
    const isLoopback = this.#host.startsWith('127.') && host.startsWith('127.');
    const from = isLoopback ? { localAddress: this.#host } : {};
    const socket = connect({ host, port: linkPort, noDelay: true, ...from });
    this.#sockets.add(socket);
    let port: SocketPort | undefined;
    let reason = 'the connection ended';
    const timer = setTimeout(() => socket.destroy(new Error('no answer to connecting')), connectTimeoutMs);
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      port = new SocketPort(socket, () => {});
      node.linkOpened(member, port);
    });
    // Nothing comes in on this connection but its end.
    socket.resume();
    socket.once('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      if (!this.#isClosed) node.linkClosed(member, port, reason);
    });
  }

  /** Stops listening and ends every connection, at once. */
  close(): void {
    this.#isClosed = true;
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    const node = this.#node();
    let reason = 'the connection ended';
    socket.on('error', (error) => {
      reason = error.message;
    });
    if (node === undefined) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    const link = node.acceptLink(socket);
    socket.on('data', (chunk: Buffer) => node.linkBytes(link, chunk, 0, chunk.length));
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (!this.#isClosed) node.incomingClosed(link, reason);
    });
  }
}
