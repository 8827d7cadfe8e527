/**
 * The sockets of the links between nodes: listens for other members, and connects to them when told to. With a
 * cluster secret, and with certificates, whoever is at the other end proves himself here, before the node hears of
 * the connection.
 */
import {
  connect as connectPlain,
  createServer as createPlainServer,
  type Server,
  type Socket,
} from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  createServer as createTlsServer,
  TLSSocket,
} from 'node:tls';
import type { MemberAddress } from '../membership/index.js';
import type { IncomingPort, LogEvent, RkvNode } from '../node/index.js';
import type { ClusterSecret } from './cluster-secret.js';
import { beginsHandshake, handshakeTimeoutMs, proveAsAcceptor, proveAsConnector } from './link-handshake.js';
import { type ServerTls, serverNameOf, tlsVersionMin } from './server-tls.js';
import { SocketPort } from './socket-port.js';
import { ThinnedLog } from './thinned-log.js';

/** An attempt to connect that has no answer by then has failed. */
const connectTimeoutMs = 2000;

export interface LinkSocketsOptions {
  /** Where this server listens. */
  host: string;
  /** A member that connects before the node has begun is closed, and tries again. */
  node(): RkvNode | undefined;
  /** Undefined: whoever reaches the port may speak. */
  secret: ClusterSecret | undefined;
  /** Undefined: links are not encrypted. */
  tls: ServerTls | undefined;
  /** Connections that have not proven yet who they are; one more is closed. */
  unprovenMax: number;
  log(event: LogEvent): void;
}

export class LinkSockets {
  readonly server: Server;
  readonly #options: LinkSocketsOptions;
  readonly #sockets = new Set<Socket>();
  readonly #log: ThinnedLog;
  #unproven = 0;
  #isClosed = false;

  constructor(options: LinkSocketsOptions) {
    this.#options = options;
    this.#log = new ThinnedLog(options.log);
    const { tls } = options;
    if (tls === undefined) {
      this.server = createPlainServer({ noDelay: true }, (socket) => this.#accept(socket));
      return;
    }
    const { cert, key, ca } = tls;
    const server = createTlsServer(
      {
        cert,
        key,
        ca,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: tlsVersionMin,
        handshakeTimeout: handshakeTimeoutMs,
        noDelay: true,
      },
      (socket) => this.#accept(socket),
    );
    server.on('tlsClientError', (error, socket) => {
      this.#refused(`no trusted certificate: ${error.message}`, socket);
      socket.destroy();
    });
    this.server = server;
    server.on('connection', (socket: Socket) => this.#track(socket));
  }

  /** Opens a connection to a member; the node hears of its end in any case. */
  connect(member: number, address: MemberAddress): void {
    const node = this.#options.node();
    if (node === undefined || this.#isClosed) return;
    const { secret, tls } = this.#options;
    const socket = this.#open(address);
    this.#track(socket);
    let port: SocketPort | undefined;
    let reason = 'the connection ended';
    const timer = setTimeout(() => socket.destroy(new Error('no answer to connecting')), connectTimeoutMs);
    socket.on('error', (error) => {
      reason = error.message;
      if (tls !== undefined && 'code' in error && !isOfNetwork(error.code))
        this.#refused(`its certificate is not trusted: ${error.message}`, socket, address);
    });
    const opened = () => {
      port = new SocketPort(socket, () => {});
      node.linkOpened(member, port);
      // Nothing comes in on this connection but its end.
      socket.resume();
    };
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer);
      if (secret === undefined) {
        opened();
        return;
      }
      proveAsConnector(socket, {
        secret,
        done: (mistake) => {
          if (mistake === undefined && !socket.destroyed) {
            opened();
            return;
          }
          reason = mistake ?? reason;
          if (!this.#isClosed) this.#refused(reason, socket, address);
          socket.destroy();
        },
      });
    });
    socket.once('close', () => {
      clearTimeout(timer);
      if (!this.#isClosed) node.linkClosed(member, port, reason);
    });
  }

  /** Stops listening and ends every connection, at once. */
  close(): void {
    this.#isClosed = true;
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #open({ host, linkPort }: MemberAddress): Socket {
    const { tls, host: own } = this.#options;
    // Of several servers on one machine each speaks from its own address, so that a network tells them apart.
    const from = own.startsWith('127.') && host.startsWith('127.') ? { localAddress: own } : {};
    if (tls === undefined) return connectPlain({ host, port: linkPort, noDelay: true, ...from });
    const { cert, key, ca } = tls;
    const socket = connectTls({
      host,
      port: linkPort,
      cert,
      key,
      ca,
      minVersion: tlsVersionMin,
      ...serverNameOf(host),
      ...from,
    });
    socket.setNoDelay(true);
    return socket;
  }

  #accept(socket: Socket): void {
    const { node: nodeOf, secret, unprovenMax } = this.#options;
    socket.on('error', () => {});
    if (nodeOf() === undefined || this.#isClosed) {
      socket.destroy();
      return;
    }
    this.#track(socket);
    if (secret === undefined) {
      this.#serve(socket);
      return;
    }
    if (this.#unproven >= unprovenMax) {
      this.#refused(`${unprovenMax} connections have not proven the cluster secret yet`, socket);
      socket.destroy();
      return;
    }
    this.#unproven++;
    proveAsAcceptor(socket, {
      secret,
      done: (mistake) => {
        this.#unproven--;
        if (mistake === undefined && !socket.destroyed) {
          this.#serve(socket);
          return;
        }
        if (!this.#isClosed) this.#refused(mistake ?? 'the connection ended', socket);
        // What was said last, that it is refused, still goes out.
        socket.destroySoon();
      },
    });
  }

  #serve(socket: Socket): void {
    const node = this.#options.node();
    if (node === undefined) {
      socket.destroy();
      return;
    }
    let reason = 'the connection ended';
    socket.on('error', (error) => {
      reason = error.message;
    });
    const link = node.acceptLink(incomingPort(socket));
    let isFirst = this.#options.secret === undefined;
    socket.on('data', (chunk: Buffer) => {
      if (isFirst && beginsHandshake(chunk)) {
        this.#refused('it has a cluster secret, and this node has none (--cluster-secret-file)', socket);
        socket.destroy();
        return;
      }
      isFirst = false;
      node.linkBytes(link, chunk, 0, chunk.length);
    });
    socket.once('close', () => {
      if (!this.#isClosed) node.incomingClosed(link, reason);
    });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #refused(reason: string, socket: Socket, to?: MemberAddress): void {
    const place = to === undefined ? `${socket.remoteAddress ?? ''}` : `${to.host}:${to.linkPort}`;
    const side = to === undefined ? 'from' : 'to';
    this.#log.log({ level: 'warn', event: 'link-refused', [side]: place, reason });
  }
}

/** With certificates, a node is only what its certificate says: a name's host must be in it. */
function incomingPort(socket: Socket): IncomingPort {
  if (!(socket instanceof TLSSocket)) return socket;
  return {
    destroy: () => socket.destroy(),
    nameMistake: (name) => {
      const host = name.slice(name.indexOf('@') + 1);
      const mistake = checkServerIdentity(host, socket.getPeerCertificate());
      return mistake === undefined ? undefined : `its certificate is not of ${host}, where it says it is`;
    },
  };
}

function isOfNetwork(code: unknown): boolean {
  return typeof code === 'string' && /^(ECONN|ETIMEDOUT|EHOST|ENET|EPIPE|ENOTFOUND|EAI_)/.test(code);
}
