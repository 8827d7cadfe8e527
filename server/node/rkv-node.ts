/**
 * A node: composes ring, vnodes, coordinator, links and clients, and turns events (bytes came, a connection
 * opened or closed, time passed) into effects on its environment. It never reads a clock, a socket or chance
 * but through the environment, so that the same node runs on sockets and in a simulation.
 *
 * The ring may change with every event. What goes by it (requests, links) goes by numbers that this node gives
 * to members and by a ring that is replaced as a whole; nothing else needs to know of the change.
 */
import assert from 'node:assert/strict';
import { rangeOf } from '../byte-range.js';
import { type Handoff, type TransferStatus, transfersText } from '../handoff/index.js';
import { linkProtocolVersion, messageKind } from '../link/index.js';
import { type ClusterState, parseAddress, ringEpoch } from '../membership/index.js';
import { HybridClock } from '../object/index.js';
import { consistencyDefault, type Quorum, quorumMistake, Requests } from '../request/index.js';
import { encodeRing, KeyPlacement, type NodeName, partitionName, type Ring } from '../ring/index.js';
import { VnodeTable } from '../vnode/index.js';
import { ClientDesk } from './client-desk.js';
import type { ClientSession } from './client-session.js';
import { ClusterMembership } from './cluster-membership.js';
import { CommandRunner } from './command-runner.js';
import type { ClientPort, Environment, OutputPort } from './environment.js';
import type { IncomingLink, IncomingPort } from './incoming-link.js';
import { type JoinResult, joinOfferText, takeJoinOffer } from './join-offer.js';
import { MemberRegistry, selfNumber } from './member-registry.js';
import { NodeDisk } from './node-disk.js';
import { nodeHandoff, takeTransferMessage } from './node-handoff.js';
import { nodeIdOf } from './node-id.js';
import {
  linkTimesDefault,
  membershipTimesDefault,
  type NodeOptions,
  nodeLimitsDefault,
} from './node-options.js';
import type { NodeView } from './node-view.js';
import { PeerLinks } from './peer-links.js';
import { ReplicaDesk } from './replica-desk.js';
import { writeQuorumOutcome } from './reply-form.js';
import { ServedRing } from './served-ring.js';

export class RkvNode implements NodeView {
  readonly name: NodeName;
  readonly #quorum: Quorum;
  readonly #environment: Environment;
  readonly #registry: MemberRegistry;
  readonly #membership: ClusterMembership;
  readonly #served: ServedRing;
  readonly #vnodes: VnodeTable;
  readonly #clock: HybridClock;
  readonly #disk: NodeDisk;
  readonly #requests: Requests<ClientSession>;
  readonly #links: PeerLinks;
  readonly #handoff: Handoff;
  readonly #replicas: ReplicaDesk;
  readonly #desk: ClientDesk;
  /** The wall clock, read once per event: every version of one event has the same time at most. */
  #wallMs: number;

  constructor(options: NodeOptions, environment: Environment) {
    const { state, name } = options;
    assert(state.members.has(name), `${name} is no member of its cluster`);
    const mistake = quorumMistake(options.quorum);
    assert(mistake === undefined, mistake);
    const limits = { ...nodeLimitsDefault, ...options.limits };
    this.name = name;
    this.#quorum = options.quorum;
    this.#environment = environment;
    const registry = new MemberRegistry(name);
    this.#registry = registry;
    this.#served = new ServedRing({ self: name, state, quorum: options.quorum, registry });
    this.#wallMs = environment.wallMs();
    this.#disk = new NodeDisk({
      environment,
      clusterId: state.clusterId,
      answers: {
        putAck: (...answer) => this.#replicas.putAck(...answer),
        getReply: (...answer) => this.#replicas.getReply(...answer),
      },
      onReadFailed: (key) => this.#requests.repair(rangeOf(key)),
    });
    this.#vnodes = new VnodeTable(state.ringSize, environment.createStorage, this.#disk.vnodeOptions);
    this.#clock = new HybridClock({
      nowMs: () => this.#wallMs,
      nodeId: nodeIdOf(name),
      incarnation: options.incarnation,
      floorMs: this.#disk.clockFloorMs,
    });
    this.#disk.limitClock(this.#clock);
    this.#links = new PeerLinks({
      registry,
      hello: () => ({
        protocolVersion: linkProtocolVersion,
        incarnation: options.incarnation,
        clusterId: this.#membership.state.clusterId,
        nodeName: name,
      }),
      times: { ...linkTimesDefault, ...options.linkTimes },
      outputBytesMax: limits.linkOutputBytesMax,
      strangersMax: limits.strangersMax,
      environment,
      onMessage: (peer, message) => {
        if (message.kind !== messageKind.transfer) return this.#replicas.onMessage(peer.member, message);
        return takeTransferMessage(this.#handoff, registry.nameOf(peer.member), peer.life, message);
      },
      onGossip: (from, digest, delta) => this.#membership.onGossip(from, digest, delta),
      onRingEpoch: (from, epoch) =>
        this.#membership.onRingEpoch(from, epoch === ringEpoch(this.#membership.state.decision)),
      onPeersAsked: () => this.#membership.onPeersAsked(),
      onOpened: (member) => {
        this.#membership.onOpened(member);
        this.#links.framesTo(member).ringEpoch(this.#served.ring.epoch);
      },
      onUp: (member) => {
        this.#requests.memberUp(member);
        this.#handoff.memberUp(registry.nameOf(member));
      },
      onDown: (member) => {
        this.#requests.memberDown(member);
        this.#handoff.memberDown(registry.nameOf(member));
      },
    });
    this.#membership = new ClusterMembership({
      self: name,
      state,
      times: { ...membershipTimesDefault, ...options.membershipTimes },
      registry,
      links: this.#links,
      environment,
      isDrained: () => this.#handoff.isDrained,
      onChange: () => this.#clusterChanged(),
    });
    this.#handoff = nodeHandoff({
      self: name,
      life: options.incarnation,
      state: () => this.#membership.state,
      registry,
      links: this.#links,
      vnodes: this.#vnodes,
      clock: this.#clock,
      environment,
      limits: options.handoffLimits,
      handedOver: (position) => this.#membership.handedOver(position),
    });
    const names = {
      nodeName: (member: number) => registry.nameOf(member),
      partitionName: (position: number) => partitionName(position, state.ringSize),
    };
    this.#replicas = new ReplicaDesk({
      ringSize: state.ringSize,
      vnodes: this.#vnodes,
      clock: this.#clock,
      requests: () => this.#requests,
      framesTo: (member) => this.#links.framesTo(member),
      isMisled: (member, position) =>
        !this.#served.owns(position) && this.#links.ringEpochOf(member) !== this.ring.epoch,
    });
    const consistency = options.consistency ?? consistencyDefault;
    this.#requests = new Requests<ClientSession>({
      self: selfNumber,
      placement: new KeyPlacement(state.ringSize),
      rings: this.#served,
      isUp: registry.isUp,
      consistency,
      vnodes: this.#vnodes,
      clock: this.#clock,
      messages: this.#replicas,
      limits,
      nowMs: () => environment.nowMs(),
      random: () => environment.random(),
      heardMs: (member) => (member === selfNumber ? Number.POSITIVE_INFINITY : this.#links.heardMsOf(member)),
      answers: {
        defer: (client, ticket) => this.#desk.defer(client, ticket),
        answer: (client, ticket, form, outcome) => this.#desk.answer(client, ticket, form, outcome),
      },
      answerQuorum: (client, ticket, outcome) =>
        this.#desk.reply(client, ticket, (writer) => writeQuorumOutcome(writer, outcome, names)),
      plantedFault: options.plantedFault,
    });
    this.#desk = new ClientDesk({
      limits,
      environment,
      commands: new CommandRunner({
        requests: this.#requests,
        quorumDefaults: {
          quorum: options.quorum,
          consistency,
          timeoutMs: limits.requestTimeoutMs,
          timeoutMsMax: limits.quorumTimeoutMsMax,
        },
        limits,
        view: this,
      }),
      names,
    });
  }

  /**
   * Becomes a joining member of the cluster of the server that serves clients at a place, unless it is a member of
   * one already; calls back once, with what became of it. What the cluster decides comes by gossip.
   */
  join(place: { host: string; port: number }, done: (result: JoinResult) => void): void {
    const told = `${place.host}:${place.port}`;
    this.#environment.fetchJoinOffer(place, (offer) => {
      const own = this.#membership.state;
      const context = { own, self: this.name, n: this.#quorum.n, place: told };
      const result: JoinResult =
        offer.kind === 'failed'
          ? { kind: 'refused', message: `Failed: no server answers on ${told} (${offer.why})` }
          : takeJoinOffer(offer.text, context);
      if (result.kind === 'joined') this.#membership.apply(result.state);
      done(result);
    });
  }

  /** The ring by which this node serves now. */
  get ring(): Ring {
    return this.#served.ring;
  }

  /** The cluster's quorum, capped at its members. */
  get quorum(): Quorum {
    return this.#served.current.quorum;
  }

  /** The cluster as this node knows it. */
  get clusterState(): ClusterState {
    return this.#membership.state;
  }

  /** All other members of the ring are up, as this node sees it. */
  get isReady(): boolean {
    return this.ring.members.every((name) => this.#registry.isUp[this.#registry.numberOf(name)] === 1);
  }

  /** The time of the newest version that this node has issued or seen. */
  get latestVersionMs(): number {
    return this.#clock.latestMs;
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
    this.#requests.tick(nowMs);
    this.#membership.tick(nowMs);
    this.#links.tick(nowMs);
    this.#disk.tick(nowMs, this.#wallMs);
    this.#handoff.tick(nowMs);
  }

  /** Sends what the last events have left to send; asked for with `requestFlush`. */
  flush(): void {
    this.#wallMs = this.#environment.wallMs();
    this.#disk.flush();
    this.#desk.flush();
    this.#handoff.flush();
    this.#links.flush();
  }

  /** Ends all connections. */
  close(): void {
    this.#links.close();
    this.#desk.close();
  }

  joinOfferText(): string {
    return joinOfferText(this.name, this.#quorum.n, this.#membership.state);
  }

  ringViewText(): string {
    const members = this.ring.members.map((name) => {
      const address = parseAddress(this.#membership.state.members.get(name)?.address ?? '');
      return { name, host: address?.host ?? '', port: address?.clientPort ?? 0 };
    });
    return `{"ring":${encodeRing(this.ring)},"quorum":${JSON.stringify(this.quorum)},"members":${JSON.stringify(members)}}`;
  }

  keyCount(): number {
    return this.#vnodes.running().reduce((sum, vnode) => sum + vnode.storage.liveCount, 0);
  }

  /** What is being handed over from and to this node, and what waits to be. */
  transfers(): TransferStatus[] {
    return this.#handoff.transfers();
  }

  transfersText(): string {
    return transfersText(this.transfers(), this.ring.ringSize);
  }

  counters(): readonly (readonly [string, string | number])[] {
    const vnodes = this.#vnodes.running();
    return [
      ['connected_clients', this.#desk.count],
      ...this.#requests.counters(),
      ['skewed_puts', this.#replicas.skewedPuts],
      ...this.#disk.counters(),
      ['lww_discarded_total', vnodes.reduce((sum, vnode) => sum + vnode.discarded, 0)],
      ...this.#handoff.counters(),
      ['vnodes', vnodes.length],
      ['records', vnodes.reduce((sum, vnode) => sum + vnode.storage.count, 0)],
    ];
  }

  /** Takes the ring that the cluster has now; requests that began by the one before end as they began. */
  #clusterChanged(): void {
    this.#disk.inCluster(this.#membership.state.clusterId);
    if (!this.#served.update(this.#membership.state)) return;
    this.#links.tellEpoch(this.ring.epoch);
    this.#handoff.ringChanged();
  }
}
