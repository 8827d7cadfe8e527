/**
 * The links to the other members: when to connect, who may, who is up. Each node opens one connection to each
 * other member and sends on it everything that it has to say, requests and replies alike, one frame per tick;
 * it listens on the connection that the other opened. So two nodes have two connections, one per direction.
 *
 * Whoever says something wrong (a broken frame, another cluster, another protocol version, another ring) is
 * disconnected with a logged reason. What was on the way on a lost connection is lost, and not sent again.
 */
import {
  type Checksum,
  frameBad,
  frameFound,
  type Hello,
  LinkMessage,
  linkProtocolVersion,
  malformed,
  messageKind,
} from '../link/index.js';
import type { Environment, OutputPort } from './environment.js';
import { IncomingLink, type IncomingPort } from './incoming-link.js';
import type { LinkTimes } from './node-options.js';
import { Peer } from './peer.js';

export interface PeerLinksOptions {
  self: number;
  members: readonly string[];
  hello: Hello;
  times: LinkTimes;
  outputBytesMax: number;
  environment: Environment;
  /** 1 for this node and each member that is up; kept up to date here. */
  isUp: Uint8Array;
  /** A message other than hello and heartbeat; false if it makes no sense. */
  onMessage(peer: Peer, message: LinkMessage): boolean;
  onDown(member: number): void;
}

export class PeerLinks {
  readonly #options: PeerLinksOptions;
  readonly #peers: (Peer | undefined)[];
  readonly #message = new LinkMessage();
  readonly #checksum: Checksum;
  #heartbeatAtMs = 0;

  constructor(options: PeerLinksOptions) {
    this.#options = options;
    const { members, self, times, environment } = options;
    this.#checksum = environment.checksum;
    this.#peers = members.map((_, member) =>
      member === self ? undefined : new Peer(member, times.retryFirstMs, this.#checksum),
    );
    options.isUp[self] = 1;
  }

  /** The frames for a member; what is written there is sent with the next `flush`. */
  framesTo(member: number): Peer['frames'] {
    const peer = this.#peers[member]!;
    if (!peer.isDirty) {
      peer.isDirty = true;
      this.#options.environment.requestFlush();
    }
    return peer.frames;
  }

  get allUp(): boolean {
    return this.#peers.every((peer) => peer === undefined || peer.isUp);
  }

  /** Connects, beats, and suspects, as far as it is time to. */
  tick(nowMs: number): void {
    const { times, environment } = this.#options;
    const isBeat = nowMs >= this.#heartbeatAtMs;
    if (isBeat) this.#heartbeatAtMs = nowMs + times.heartbeatMs;
    for (const peer of this.#peers) {
      if (peer === undefined) continue;
      if (peer.port === undefined && !peer.isConnecting && nowMs >= peer.retryAtMs) {
        peer.isConnecting = true;
        environment.connectLink(peer.member);
      }
      if (peer.port !== undefined && isBeat) this.framesTo(peer.member).heartbeat();
      if (peer.incoming !== undefined && nowMs - peer.heardMs > times.suspectMs)
        this.#disconnect(peer, `it was silent for ${times.suspectMs} ms`);
    }
  }

  /** Our connection to a member is open. */
  opened(member: number, port: OutputPort): void {
    const peer = this.#peers[member]!;
    const { hello, times } = this.#options;
    peer.isConnecting = false;
    peer.port = port;
    peer.retryWaitMs = times.retryFirstMs;
    // What was meant for the last connection was lost with it.
    peer.frames.release(true);
    this.framesTo(member).hello(hello);
    this.#checkUp(peer);
  }

  /** Our connection to a member ended, or (without a port) could not be opened. */
  closed(member: number, port: OutputPort | undefined, reason: string): void {
    const peer = this.#peers[member]!;
    const { environment, times } = this.#options;
    // The end of a connection that we have given up before.
    if (peer.port !== port) return;
    peer.isConnecting = false;
    peer.port = undefined;
    peer.frames.release(true);
    peer.retryAtMs = environment.nowMs() + peer.retryWaitMs * (0.5 + environment.random() / 2);
    peer.retryWaitMs = Math.min(peer.retryWaitMs * 2, times.retryLastMs);
    this.#checkUp(peer, reason);
  }

  accepted(port: IncomingPort): IncomingLink {
    return new IncomingLink(port, this.#checksum);
  }

  /** Bytes came in on a connection of another node. */
  received(link: IncomingLink, chunk: Buffer, start: number, end: number): void {
    if (link.isClosed) return;
    const { reader } = link;
    reader.beginChunk(chunk, start, end);
    let found = reader.next();
    while (found === frameFound) {
      const mistake = this.#frame(link, reader.buffer, reader.bodyStart, reader.bodyEnd);
      if (mistake !== undefined) {
        this.#refuse(link, mistake);
        return;
      }
      found = reader.next();
    }
    if (found === frameBad) this.#refuse(link, `a frame cannot be read: ${reader.reason}`);
    else reader.endChunk();
  }

  /** The connection of another node ended. */
  incomingClosed(link: IncomingLink, reason: string): void {
    link.isClosed = true;
    if (link.member < 0) return;
    const peer = this.#peers[link.member]!;
    if (peer.incoming !== link) return;
    peer.incoming = undefined;
    this.#checkUp(peer, reason);
  }

  /** Sends the frames of this tick. */
  flush(): void {
    for (const peer of this.#peers) {
      if (peer?.isDirty !== true) continue;
      peer.isDirty = false;
      const frames = peer.frames.take();
      if (frames === undefined) continue;
      // Without a connection the messages are lost, and their requests end by quorum or deadline.
      const isFree = peer.port === undefined || peer.port.write(frames);
      peer.frames.release(isFree);
      if (peer.port !== undefined && peer.port.queuedBytes > this.#options.outputBytesMax)
        this.#disconnect(peer, `it has left ${peer.port.queuedBytes} bytes unread`);
    }
  }

  /** Ends all connections, for a node that stops. */
  close(): void {
    for (const peer of this.#peers) {
      peer?.port?.end();
      peer?.incoming?.port.destroy();
    }
  }

  /** Handles the messages of one frame; returns what is wrong with them. */
  #frame(link: IncomingLink, body: Buffer, start: number, end: number): string | undefined {
    const message = this.#message;
    let at = start;
    while (at < end) {
      at = message.read(body, at, end);
      if (at === malformed) return 'a message cannot be read';
      if (link.member < 0) {
        const mistake = this.#introduce(link, message);
        if (mistake !== undefined) return mistake;
        continue;
      }
      if (message.kind === messageKind.heartbeat) continue;
      if (!this.#options.onMessage(this.#peers[link.member]!, message)) return 'a message makes no sense';
    }
    const peer = this.#peers[link.member];
    if (peer !== undefined) peer.heardMs = this.#options.environment.nowMs();
    return undefined;
  }

  /** The first message of a link must be the hello of another member that sees the same ring. */
  #introduce(link: IncomingLink, { kind, hello }: LinkMessage): string | undefined {
    const { members, self, hello: own } = this.#options;
    if (kind !== messageKind.hello || hello === undefined) return 'its first message is no hello';
    if (hello.protocolVersion !== linkProtocolVersion)
      return `it speaks link protocol ${hello.protocolVersion}, and this node ${linkProtocolVersion}`;
    if (hello.clusterId !== own.clusterId)
      return `it is of cluster ${hello.clusterId}, and this node of ${own.clusterId}`;
    const member = members.indexOf(hello.nodeName);
    if (member < 0 || member === self) return `${hello.nodeName} is no other member of this cluster`;
    if (hello.ringDigest !== own.ringDigest) return `${hello.nodeName} has another ring`;
    const peer = this.#peers[member]!;
    const former = peer.incoming;
    link.member = member;
    peer.incoming = link;
    if (former !== undefined) {
      former.isClosed = true;
      former.port.destroy();
    }
    this.#checkUp(peer);
    return undefined;
  }

  #refuse(link: IncomingLink, reason: string): void {
    const { environment, members } = this.#options;
    environment.log({
      level: 'warn',
      event: 'link-refused',
      from: members[link.member] ?? 'unknown',
      reason,
    });
    link.port.destroy();
    this.incomingClosed(link, reason);
  }

  /** Gives up both connections to a member; ours is opened anew in time. */
  #disconnect(peer: Peer, reason: string): void {
    const { port, incoming } = peer;
    peer.incoming = undefined;
    if (incoming !== undefined) {
      incoming.isClosed = true;
      incoming.port.destroy();
    }
    if (port !== undefined) {
      this.closed(peer.member, port, reason);
      port.destroy();
    } else {
      this.#checkUp(peer, reason);
    }
  }

  #checkUp(peer: Peer, reason = ''): void {
    const { isUp, environment, members, onDown } = this.#options;
    const now = peer.port !== undefined && peer.incoming !== undefined;
    if (now === peer.isUp) return;
    peer.isUp = now;
    isUp[peer.member] = now ? 1 : 0;
    const member = members[peer.member]!;
    if (now) {
      peer.heardMs = environment.nowMs();
      environment.log({ level: 'info', event: 'link-up', member });
    } else {
      environment.log({ level: 'warn', event: 'link-down', member, reason });
      onDown(peer.member);
    }
  }
}
