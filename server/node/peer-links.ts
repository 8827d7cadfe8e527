/**
 * The links to the other members: when to connect, who may, who is up. Each node opens one connection to each
 * other member and sends on it everything that it has to say, requests and replies alike, one frame per tick;
 * it listens on the connection that the other opened. So two nodes have two connections, one per direction.
 *
 * Whom to connect to follows the members (`setPeers`). A node of the same cluster that is no member as far as is
 * known here, because it is joining or was removed, may introduce itself and gossip, and nothing else: a stranger.
 *
 * Whoever says something wrong (a broken frame, another cluster, another protocol version) is disconnected with
 * a logged reason. What was on the way on a lost connection is lost, and not sent again.
 */
import {
  type Checksum,
  FrameWriter,
  frameBad,
  frameFound,
  type Hello,
  LinkMessage,
  malformed,
  messageKind,
} from '../link/index.js';
import type { MemberAddress } from '../membership/index.js';
import type { NodeName } from '../ring/index.js';
import type { Environment, OutputPort } from './environment.js';
import { IncomingLink, type IncomingPort } from './incoming-link.js';
import { type MemberRegistry, selfNumber } from './member-registry.js';
import type { LinkTimes } from './node-options.js';
import { Peer } from './peer.js';
import { readHello } from './read-hello.js';

export interface PeerLinksOptions {
  registry: MemberRegistry;
  /** How this node introduces itself now. */
  hello: () => Hello;
  times: LinkTimes;
  outputBytesMax: number;
  strangersMax: number;
  environment: Environment;
  /** A message of a member other than those handled here; false if it makes no sense. */
  onMessage(peer: Peer, message: LinkMessage): boolean;
  /** Gossip, of a member or a stranger; texts, either may be empty. */
  onGossip(from: NodeName, digest: string, delta: string): void;
  /** What the requests of a member or a stranger are sent by from here on. */
  onRingEpoch(from: NodeName, epoch: number): void;
  /** Our connection to a member is open, and nothing but the hello has been sent on it. */
  onOpened(member: number): void;
  onUp(member: number): void;
  onDown(member: number): void;
  /** A stranger has come, or a link of a member ended: whom to link with may be another question now. */
  onPeersAsked(): void;
}

export class PeerLinks {
  readonly #options: PeerLinksOptions;
  /** By number. */
  readonly #byMember: (Peer | undefined)[] = [];
  #peers: Peer[] = [];
  readonly #strangers = new Set<IncomingLink>();
  readonly #message = new LinkMessage();
  readonly #checksum: Checksum;
  /** Takes what is meant for a member that has just gone. */
  readonly #discarded: FrameWriter;
  #heartbeatAtMs = 0;
  #tickedAtMs: number | undefined;

  constructor(options: PeerLinksOptions) {
    this.#options = options;
    this.#checksum = options.environment.checksum;
    this.#discarded = new FrameWriter(this.#checksum);
  }

  /** Links with these, and with nobody else. */
  setPeers(targets: ReadonlyMap<number, MemberAddress>): void {
    const { environment, times } = this.#options;
    for (const peer of this.#peers) if (!targets.has(peer.member)) this.#drop(peer);
    const nowMs = environment.nowMs();
    for (const [member, address] of targets) {
      const known = this.#byMember[member];
      if (known === undefined) {
        const { retryFirstMs } = times;
        this.#byMember[member] = new Peer({ member, address, nowMs, retryFirstMs, checksum: this.#checksum });
      } else if (known.address.host !== address.host || known.address.linkPort !== address.linkPort) {
        known.address = address;
        known.retryAtMs = nowMs;
      }
    }
    this.#peers = this.#byMember.filter((peer) => peer !== undefined);
    for (const link of [...this.#strangers]) this.#bind(link);
  }

  /** Ends all links, because this node is of another cluster now. */
  forgetAll(): void {
    this.setPeers(new Map());
    for (const link of this.#strangers) this.#end(link);
    this.#strangers.clear();
  }

  /** The frames for a member; what is written there is sent with the next `flush`. */
  framesTo(member: number): FrameWriter {
    const peer = this.#byMember[member];
    if (peer === undefined) {
      this.#discarded.release(true);
      return this.#discarded;
    }
    if (!peer.isDirty) {
      peer.isDirty = true;
      this.#options.environment.requestFlush();
    }
    return peer.frames;
  }

  /** Whether something can be said to a member now. */
  isOpenTo(member: number): boolean {
    return this.#byMember[member]?.port !== undefined;
  }

  /** What is known of a member that this node links with; to be looked at only. */
  peerOf(member: number): Readonly<Peer> | undefined {
    return this.#byMember[member];
  }

  /** When something was last heard of a member, on the monotonic clock. */
  heardMsOf(member: number): number {
    return this.#byMember[member]?.heardMs ?? 0;
  }

  /** For how long a member has been down, in milliseconds; 0 while it is up, and for this node. */
  downMs(member: number): number {
    const peer = this.#byMember[member];
    if (member === selfNumber || peer?.isUp === true) return 0;
    return peer === undefined ? 1 : Math.max(1, this.#options.environment.nowMs() - peer.downSinceMs);
  }

  /** Whether a node of this name has a connection to us. */
  hasIncoming(name: NodeName): boolean {
    const peer = this.#byMember[this.#options.registry.find(name) ?? -1];
    if (peer?.incoming !== undefined) return true;
    for (const link of this.#strangers) if (link.name === name) return true;
    return false;
  }

  /** The requests that follow are sent by another ring. */
  tellEpoch(epoch: number): void {
    for (const peer of this.#peers) if (peer.port !== undefined) this.framesTo(peer.member).ringEpoch(epoch);
  }

  /** Connects, beats, and suspects, as far as it is time to. */
  tick(nowMs: number): void {
    const { times, environment } = this.#options;
    this.#forgiveSilence(nowMs);
    const isBeat = nowMs >= this.#heartbeatAtMs;
    if (isBeat) this.#heartbeatAtMs = nowMs + times.heartbeatMs;
    for (const peer of this.#peers) {
      if (peer.port === undefined && !peer.isConnecting && nowMs >= peer.retryAtMs) {
        peer.isConnecting = true;
        environment.connectLink(peer.member, peer.address);
      }
      if (peer.port !== undefined && isBeat) this.framesTo(peer.member).heartbeat();
      if (peer.incoming !== undefined && nowMs - peer.heardMs > times.suspectMs)
        this.#disconnect(peer, `it was silent for ${times.suspectMs} ms`);
    }
    for (const link of [...this.#strangers])
      if (nowMs - link.heardMs > times.suspectMs)
        this.#refuse(link, `it was silent for ${times.suspectMs} ms`);
  }

  /** Our connection to a member is open. */
  opened(member: number, port: OutputPort): void {
    const peer = this.#byMember[member];
    if (peer === undefined || peer.port !== undefined) {
      // Meant for a member that has gone since, or opened twice.
      port.destroy();
      return;
    }
    const { hello, times, onOpened } = this.#options;
    peer.isConnecting = false;
    peer.port = port;
    peer.retryWaitMs = times.retryFirstMs;
    // What was meant for the last connection was lost with it.
    peer.frames.release(true);
    this.framesTo(member).hello(hello());
    onOpened(member);
    this.#checkUp(peer);
  }

  /** Our connection to a member ended, or (without a port) could not be opened. */
  closed(member: number, port: OutputPort | undefined, reason: string): void {
    const peer = this.#byMember[member];
    const { environment, times } = this.#options;
    // The end of a connection that we have given up before.
    if (peer === undefined || peer.port !== port) return;
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
      if (link.isClosed) return;
      found = reader.next();
    }
    if (found === frameBad) this.#refuse(link, `a frame cannot be read: ${reader.reason}`);
    else reader.endChunk();
  }

  /** The connection of another node ended. */
  incomingClosed(link: IncomingLink, reason: string): void {
    link.isClosed = true;
    const wasStranger = this.#strangers.delete(link);
    const peer = this.#byMember[link.member];
    if (peer?.incoming === link) {
      peer.incoming = undefined;
      this.#checkUp(peer, reason);
    } else if (!wasStranger) {
      return;
    }
    this.#options.onPeersAsked();
  }

  /** Sends the frames of this tick. */
  flush(): void {
    for (const peer of this.#peers) {
      if (!peer.isDirty) continue;
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
      peer.port?.end();
      peer.incoming?.port.destroy();
    }
    for (const link of this.#strangers) link.port.destroy();
  }

  /** Handles the messages of one frame; returns what is wrong with them. */
  #frame(link: IncomingLink, body: Buffer, start: number, end: number): string | undefined {
    const message = this.#message;
    let at = start;
    while (at < end) {
      at = message.read(body, at, end);
      if (at === malformed) return 'a message cannot be read';
      const mistake = this.#handle(link, message);
      if (mistake !== undefined) return mistake;
      // What was said may have ended the link: of a member that has left, for example.
      if (link.isClosed) return undefined;
    }
    link.heardMs = this.#options.environment.nowMs();
    const peer = this.#byMember[link.member];
    if (peer !== undefined) peer.heardMs = link.heardMs;
    return undefined;
  }

  #handle(link: IncomingLink, message: LinkMessage): string | undefined {
    if (link.name === undefined) return this.#introduce(link, message);
    const peer = this.#byMember[link.member];
    switch (message.kind) {
      case messageKind.heartbeat:
        return undefined;
      case messageKind.ringEpoch:
        if (peer !== undefined) peer.ringEpoch = message.ringEpoch;
        this.#options.onRingEpoch(link.name, message.ringEpoch);
        return undefined;
      case messageKind.gossip:
        this.#options.onGossip(link.name, message.digest, message.delta);
        return undefined;
      default:
        // A stranger's requests are those of a member that we have removed, or not heard of yet: no answer.
        if (peer === undefined || this.#options.onMessage(peer, message)) return undefined;
        return 'a message makes no sense';
    }
  }

  /** The first message of a link must be the hello of another node of this cluster. */
  #introduce(link: IncomingLink, message: LinkMessage): string | undefined {
    const { environment, strangersMax, onPeersAsked } = this.#options;
    const hello = readHello(message, this.#options.hello(), link.port);
    if (typeof hello === 'string') return hello;
    if (this.#strangers.size >= strangersMax)
      return `${strangersMax} nodes that are no members are linked already`;
    Object.assign(link, { name: hello.name, life: hello.life, heardMs: environment.nowMs() });
    this.#strangers.add(link);
    this.#bind(link);
    if (link.member < 0) onPeersAsked();
    return undefined;
  }

  /** Takes a stranger's link for that of a peer, if there is one of its name. */
  #bind(link: IncomingLink): void {
    const { registry, environment } = this.#options;
    const member = registry.find(link.name ?? '');
    const peer = member === undefined ? undefined : this.#byMember[member];
    if (member === undefined || peer === undefined) return;
    this.#strangers.delete(link);
    const former = peer.incoming;
    if (peer.isUp && peer.life !== link.life) {
      // Its former life ended, and we have not heard of it.
      peer.incoming = undefined;
      this.#checkUp(peer, 'it has begun a new life');
    }
    link.member = member;
    peer.life = link.life;
    peer.incoming = link;
    peer.heardMs = environment.nowMs();
    if (former !== undefined) this.#end(former);
    this.#checkUp(peer);
  }

  /**
   * A node that stood still itself has heard nobody for that time, and what they said meanwhile is still to be
   * read: their silence is counted as of before.
   */
  #forgiveSilence(nowMs: number): void {
    const awayMs = nowMs - (this.#tickedAtMs ?? nowMs);
    this.#tickedAtMs = nowMs;
    if (awayMs < this.#options.times.heartbeatMs) return;
    for (const peer of this.#peers) peer.heardMs = Math.min(peer.heardMs + awayMs, nowMs);
    for (const link of this.#strangers) link.heardMs = Math.min(link.heardMs + awayMs, nowMs);
  }

  #refuse(link: IncomingLink, reason: string): void {
    const member = link.name ?? 'unknown';
    this.#options.environment.log({ level: 'warn', event: 'link-refused', member, reason });
    link.port.destroy();
    this.incomingClosed(link, reason);
  }

  #end(link: IncomingLink): void {
    link.isClosed = true;
    link.port.destroy();
  }

  /** A peer that is none any more. */
  #drop(peer: Peer): void {
    this.#byMember[peer.member] = undefined;
    const { port, incoming } = peer;
    peer.port = undefined;
    peer.incoming = undefined;
    if (incoming !== undefined) this.#end(incoming);
    port?.end();
    this.#checkUp(peer, 'it is no member any more');
  }

  /** Gives up both connections to a member; ours is opened anew in time. */
  #disconnect(peer: Peer, reason: string): void {
    const { port, incoming } = peer;
    peer.incoming = undefined;
    if (incoming !== undefined) this.#end(incoming);
    if (port !== undefined) {
      this.closed(peer.member, port, reason);
      port.destroy();
    } else this.#checkUp(peer, reason);
  }

  #checkUp(peer: Peer, reason = ''): void {
    const { registry, environment, onUp, onDown } = this.#options;
    const now = peer.port !== undefined && peer.incoming !== undefined;
    if (now === peer.isUp) return;
    peer.isUp = now;
    registry.isUp[peer.member] = now ? 1 : 0;
    const member = registry.nameOf(peer.member);
    if (now) {
      peer.heardMs = environment.nowMs();
      environment.log({ level: 'info', event: 'link-up', member });
      onUp(peer.member);
    } else {
      peer.downSinceMs = environment.nowMs();
      peer.ringEpoch = 0;
      environment.log({ level: 'warn', event: 'link-down', member, reason });
      onDown(peer.member);
    }
  }
}
