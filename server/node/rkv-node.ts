/**
 * A node: composes ring, vnodes, coordinator, links and clients, and turns events (bytes came, a connection
 * opened or closed, time passed) into effects on its environment. It never reads a clock, a socket or chance
 * but through the environment, so that the same node runs on sockets and in a simulation.
 *
 * Membership is static: the ring that a node begins with is the ring that it ends with.
 */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import type { ByteRange } from '../byte-range.js';
import {
  flagExisted,
  flagFailed,
  flagMissing,
  flagUncertain,
  type LinkMessage,
  linkProtocolVersion,
  messageKind,
  type RequestRef,
} from '../link/index.js';
import { HybridClock } from '../object/index.js';
import {
  Coordinator,
  cappedQuorum,
  distinctOwners,
  PendingRequests,
  type Quorum,
  QuorumRequests,
  quorumMistake,
  type ReplicaMessages,
  RequestAnswers,
  RequestTable,
} from '../request/index.js';
import {
  encodeRing,
  KeyPlacement,
  PreferenceLists,
  partitionName,
  type Ring,
  ringDigest,
} from '../ring/index.js';
import { emptyRecordView, type NodeStore, type RecordView } from '../storage/index.js';
import {
  AckGate,
  appliedExisted,
  readFound,
  readReplyFlags,
  readUnsettled,
  refused,
  VnodeTable,
} from '../vnode/index.js';
import { ClientDesk } from './client-desk.js';
import type { ClientSession } from './client-session.js';
import { ClockReserve } from './clock-reserve.js';
import { CommandRunner } from './command-runner.js';
import type { ClientPort, Environment, OutputPort } from './environment.js';
import type { IncomingLink, IncomingPort } from './incoming-link.js';
import { linkTimesDefault, type NodeOptions, nodeLimitsDefault } from './node-options.js';
import type { NodeView } from './node-view.js';
import type { Peer } from './peer.js';
import { PeerLinks } from './peer-links.js';
import { ReadFailures } from './read-failures.js';
import { writeQuorumOutcome } from './reply-form.js';

export class RkvNode implements ReplicaMessages, NodeView {
  readonly name: string;
  readonly ring: Ring;
  readonly quorum: Quorum;
  readonly #options: NodeOptions;
  readonly #environment: Environment;
  readonly #vnodes: VnodeTable;
  readonly #clock: HybridClock;
  readonly #clockReserve: ClockReserve | undefined;
  readonly #readFailures = new ReadFailures();
  readonly #table: RequestTable<ClientSession>;
  readonly #pending: PendingRequests<ClientSession>;
  readonly #quorumRequests: QuorumRequests<ClientSession>;
  readonly #links: PeerLinks;
  /** Slots from here on are of requests with a quorum of their own. */
  readonly #quorumFirstSlot: number;
  readonly #desk: ClientDesk;
  readonly #record: RecordView = emptyRecordView();
  /** The wall clock, read once per event: every version of one event has the same time at most. */
  #wallMs: number;
  #skewedPuts = 0;

  constructor(options: NodeOptions, environment: Environment) {
    const { ring, name } = options;
    const self = ring.members.indexOf(name);
    assert(self >= 0, `${name} is no member of its ring`);
    const mistake = quorumMistake(options.quorum);
    assert(mistake === undefined, mistake);
    const limits = { ...nodeLimitsDefault, ...options.limits };
    this.name = name;
    this.ring = ring;
    this.quorum = cappedQuorum(options.quorum, ring.members.length);
    this.#options = options;
    this.#environment = environment;
    this.#wallMs = environment.wallMs();
    const { store } = environment;
    this.#vnodes = new VnodeTable(ring.ringSize, environment.createStorage, {
      ...(store !== undefined && { gate: this.#gateOf(store, self), positions: store.positions() }),
      onReadFailed: (position, key, error) => this.#readFailures.note(position, key, error),
    });
    this.#clock = new HybridClock({
      nowMs: () => this.#wallMs,
      nodeId: nodeIdOf(ring.members, self),
      incarnation: options.incarnation,
      ...(store !== undefined && { floorMs: store.clockFloorMs }),
    });
    this.#clockReserve = store && new ClockReserve(this.#clock, store);
    const isUp = new Uint8Array(ring.members.length);
    this.#links = new PeerLinks({
      self,
      members: ring.members,
      hello: {
        protocolVersion: linkProtocolVersion,
        incarnation: options.incarnation,
        clusterId: ring.clusterId,
        nodeName: name,
        ringDigest: ringDigest(ring),
      },
      times: { ...linkTimesDefault, ...options.linkTimes },
      outputBytesMax: limits.linkOutputBytesMax,
      environment,
      isUp,
      onMessage: (peer, message) => this.#onMessage(peer, message),
      onDown: (member) => {
        this.#pending.memberDown(member);
        this.#quorumRequests.memberDown(member);
      },
    });
    this.#table = new RequestTable(limits.requestsMax, () => environment.random());
    const answers = new RequestAnswers<ClientSession>({
      defer: (client, ticket) => this.#desk.defer(client, ticket),
      answer: (client, ticket, form, outcome) => this.#desk.answer(client, ticket, form, outcome),
    });
    this.#pending = new PendingRequests({
      table: this.#table,
      answers,
      nowMs: () => environment.nowMs(),
      timeoutMs: limits.requestTimeoutMs,
    });
    const names = {
      nodeName: (member: number) => ring.members[member]!,
      partitionName: (position: number) => partitionName(position, ring.ringSize),
    };
    const replicas = {
      self,
      placement: new KeyPlacement(ring.ringSize),
      lists: new PreferenceLists(ring),
      isUp,
      vnodes: this.#vnodes,
      clock: this.#clock,
      messages: this,
    };
    const coordinator = new Coordinator<ClientSession>({
      ...replicas,
      quorum: this.quorum,
      distinctOwners: distinctOwners(ring.owners, this.quorum.n),
      answers,
      pending: this.#pending,
    });
    this.#quorumFirstSlot = limits.requestsMax;
    this.#quorumRequests = new QuorumRequests<ClientSession>({
      ...replicas,
      firstSlot: this.#quorumFirstSlot,
      requestsMax: limits.quorumRequestsMax,
      valueBytesMax: limits.quorumValueBytesMax,
      nowMs: () => environment.nowMs(),
      random: () => environment.random(),
      answer: (client, ticket, outcome) =>
        this.#desk.reply(client, ticket, (writer) => writeQuorumOutcome(writer, outcome, names)),
    });
    this.#desk = new ClientDesk({
      limits,
      environment,
      commands: new CommandRunner({
        coordinator,
        quorumRequests: this.#quorumRequests,
        quorumDefaults: {
          quorum: options.quorum,
          timeoutMs: limits.requestTimeoutMs,
          timeoutMsMax: limits.quorumTimeoutMsMax,
        },
        limits,
        view: this,
      }),
      names,
    });
  }

  /** All other members are up, as this node sees it. */
  get isReady(): boolean {
    return this.#links.allUp;
  }

  openClient(port: ClientPort): ClientSession {
    return this.#desk.open(port);
  }

  clientBytes(client: ClientSession, chunk: Buffer, start: number, end: number): void {
    this.#wallMs = this.#environment.wallMs();
    this.#desk.received(client, chunk, start, end);
  }

  /** The client has taken all that was written. */
  clientDrained(client: ClientSession): void {
    this.#desk.drained(client);
  }

  clientClosed(client: ClientSession): void {
    this.#desk.closed(client);
  }

  linkOpened(member: number, port: OutputPort): void {
    this.#links.opened(member, port);
  }

  /** A link ended, or (without a port) the attempt to open it failed. */
  linkClosed(member: number, port: OutputPort | undefined, reason: string): void {
    this.#links.closed(member, port, reason);
  }

  acceptLink(port: IncomingPort): IncomingLink {
    return this.#links.accepted(port);
  }

  linkBytes(link: IncomingLink, chunk: Buffer, start: number, end: number): void {
    this.#wallMs = this.#environment.wallMs();
    this.#links.received(link, chunk, start, end);
  }

  incomingClosed(link: IncomingLink, reason: string): void {
    this.#links.incomingClosed(link, reason);
  }

  /** Time has passed: to be called often enough for the shortest of the times, about every 25 ms. */
  tick(): void {
    const nowMs = this.#environment.nowMs();
    this.#wallMs = this.#environment.wallMs();
    this.#pending.tick(nowMs);
    this.#quorumRequests.tick(nowMs);
    this.#links.tick(nowMs);
    this.#clockReserve?.tick(this.#wallMs);
    this.#readFailures.tick(nowMs, (event) => this.#environment.log(event));
  }

  /** Sends what the last events have left to send; asked for with `requestFlush`. */
  flush(): void {
    this.#wallMs = this.#environment.wallMs();
    this.#vnodes.gate?.sync();
    this.#desk.flush();
    this.#links.flush();
  }

  /** Ends all connections. */
  close(): void {
    this.#links.close();
    this.#desk.close();
  }

  sendPut(member: number, ref: RequestRef, position: number, key: ByteRange, record: RecordView): void {
    this.#links.framesTo(member).put(ref, position, key, record);
  }

  sendGet(member: number, ref: RequestRef, position: number, key: ByteRange): void {
    this.#links.framesTo(member).get(ref, position, key);
  }

  ringViewText(): string {
    const members = this.ring.members.map((name) => {
      const address = this.#options.addresses.find((known) => known.name === name);
      return { name, host: address?.host ?? '', port: address?.clientPort ?? 0 };
    });
    return `{"ring":${encodeRing(this.ring)},"quorum":${JSON.stringify(this.quorum)},"members":${JSON.stringify(members)}}`;
  }

  keyCount(): number {
    return this.#vnodes.running().reduce((sum, vnode) => sum + vnode.storage.liveCount, 0);
  }

  counters(): readonly (readonly [string, string | number])[] {
    const vnodes = this.#vnodes.running();
    return [
      ['connected_clients', this.#desk.count],
      ['requests_waiting', this.#table.count + this.#quorumRequests.count],
      ['late_replies', this.#pending.lateReplies + this.#quorumRequests.lateReplies],
      ['skewed_puts', this.#skewedPuts],
      ['answers_held', this.#vnodes.gate?.count ?? 0],
      ['corrupt_reads', this.#readFailures.corrupt],
      ['failed_reads', this.#readFailures.failed],
      ['vnodes', vnodes.length],
      ['records', vnodes.reduce((sum, vnode) => sum + vnode.storage.count, 0)],
    ];
  }

  /** Answers that had to become durable; those to this node itself are taken as if they came over a link. */
  #gateOf(store: NodeStore, self: number): AckGate {
    return new AckGate({
      store,
      requestSync: () => this.#environment.requestFlush(),
      answers: {
        putAck: (member, ref, position, flags) => {
          if (member === self) this.#takePutAck(member, ref, position, flags);
          else this.#links.framesTo(member).putAck(ref, position, flags);
        },
        getReply: (member, ref, position, flags, record) => {
          if (member === self) this.#takeGetReply(member, ref, position, flags, record);
          else this.#links.framesTo(member).getReply(ref, position, flags, record);
        },
      },
    });
  }

  /** Another member asks, or answers. */
  #onMessage(peer: Peer, message: LinkMessage): boolean {
    if (message.position >= this.ring.ringSize) return false;
    switch (message.kind) {
      case messageKind.put:
        this.#onPut(peer.member, message);
        return true;
      case messageKind.get:
        this.#onGet(peer.member, message);
        return true;
      case messageKind.putAck:
        this.#onPutAck(peer.member, message);
        return true;
      case messageKind.getReply:
        this.#onGetReply(peer.member, message);
        return true;
      default:
        return false;
    }
  }

  #onPut(member: number, message: LinkMessage): void {
    const { key, record, position } = message;
    let flags = 0;
    if (!this.#clock.observe(record.version, record.versionOffset)) {
      // A version from the future would win over every write until then.
      this.#skewedPuts++;
      flags = flagFailed;
    } else {
      const result = this.#vnodes.at(position).apply(key.bytes, key.start, key.end, record);
      if (result === refused) flags = flagFailed;
      else if (result === appliedExisted) flags = flagExisted;
    }
    const { gate } = this.#vnodes;
    if (gate !== undefined && (flags & flagFailed) === 0) gate.holdPutAck(member, message, position, flags);
    else this.#links.framesTo(member).putAck(message, position, flags);
  }

  #onPutAck(member: number, message: LinkMessage): void {
    this.#takePutAck(member, message, message.position, message.flags);
  }

  #takePutAck(member: number, ref: RequestRef, position: number, flags: number): void {
    const isOk = (flags & flagFailed) === 0;
    const isUncertain = (flags & flagUncertain) !== 0;
    if (ref.slot >= this.#quorumFirstSlot) this.#quorumRequests.onPutAck(member, ref, position, isOk);
    else this.#pending.onPutAck(member, ref, position, isOk, (flags & flagExisted) !== 0, isUncertain);
  }

  #onGetReply(member: number, message: LinkMessage): void {
    this.#takeGetReply(member, message, message.position, message.flags, message.record);
  }

  #takeGetReply(member: number, ref: RequestRef, position: number, flags: number, record: RecordView): void {
    const requests = ref.slot >= this.#quorumFirstSlot ? this.#quorumRequests : this.#pending;
    const told = (flags & flagFailed) === 0 ? record : undefined;
    requests.onGetReply(member, ref, position, (flags & flagMissing) === 0, told);
  }

  #onGet(member: number, message: LinkMessage): void {
    const { key, position } = message;
    const record = this.#record;
    const outcome = this.#vnodes.at(position).read(key.bytes, key.start, key.end, record);
    const flags = readReplyFlags(outcome, record);
    if (outcome >= readUnsettled) this.#vnodes.gate!.holdGetReply(member, message, position, flags, record);
    else
      this.#links
        .framesTo(member)
        .getReply(message, position, flags, outcome === readFound ? record : noRecord);
  }
}

/** The 32 bits that stand for a member in versions: from its name, which must not collide with another's. */
function nodeIdOf(members: readonly string[], self: number): number {
  const ids = members.map((name) => Number.parseInt(hash('sha256', name, 'hex').slice(0, 8), 16));
  const other = ids.findIndex((id, member) => id === ids[self] && member !== self);
  assert(
    other < 0,
    `${members[self]} and ${members[other]} have the same id in versions: rename one of them`,
  );
  return ids[self]!;
}

const noRecord: RecordView = emptyRecordView();
