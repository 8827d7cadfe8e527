/**
 * The cluster side of a node, composed: links, gossip of the cluster's state, the ring that it serves by, and
 * the operator's desk. What requests need of it are the numbers and the ups of members, and the ring.
 */
import type { Handoff } from '../handoff/index.js';
import { type LinkMessage, linkProtocolVersion, messageKind } from '../link/index.js';
import { type ClusterState, parseAddress, ringEpoch } from '../membership/index.js';
import { encodeRing, type NodeName } from '../ring/index.js';
import { AdminDesk, type AdminDeskOptions } from './admin/admin-desk.js';
import { MemberAsks } from './admin/member-asks.js';
import { RepairVerbs } from './admin/repair-verbs.js';
import { TransferVerbs } from './admin/transfer-verbs.js';
import { ClusterMembership } from './cluster-membership.js';
import type { Environment, JoinOffer, JoinPlace } from './environment.js';
import { type JoinContext, type JoinResult, joinOfferText, takeJoinOffer } from './join-offer.js';
import { MemberRegistry } from './member-registry.js';
import {
  linkTimesDefault,
  membershipTimesDefault,
  type NodeLimits,
  type NodeOptions,
} from './node-options.js';
import type { Peer } from './peer.js';
import { PeerLinks } from './peer-links.js';
import { ServedRing } from './served-ring.js';

export interface NodeClusterOptions {
  node: NodeOptions;
  limits: NodeLimits;
  environment: Environment;
  /** A member's request for a vnode, or its answer to one of ours; false if it makes no sense. */
  onRequest(peer: Peer, message: LinkMessage): boolean;
  onUp(member: number): void;
  onDown(member: number): void;
  /** Requests go by another ring from here on, or something else about the cluster has changed. */
  onChange(): void;
  /** What moves the data; not asked for before the node is composed. */
  handoff(): Handoff;
}

export class NodeCluster {
  readonly name: NodeName;
  readonly registry: MemberRegistry;
  readonly served: ServedRing;
  readonly links: PeerLinks;
  readonly admin: AdminDesk;
  readonly #options: NodeClusterOptions;
  readonly #membership: ClusterMembership;
  readonly #asks: MemberAsks;

  constructor(options: NodeClusterOptions) {
    this.#options = options;
    const { node, limits, environment, onUp, onDown, handoff } = options;
    const { name, state, incarnation } = node;
    this.name = name;
    this.registry = new MemberRegistry(name);
    this.served = new ServedRing({ self: name, state, quorum: node.quorum, registry: this.registry });
    this.links = new PeerLinks({
      registry: this.registry,
      hello: () => ({
        protocolVersion: linkProtocolVersion,
        incarnation,
        clusterId: this.state.clusterId,
        nodeName: name,
      }),
      times: { ...linkTimesDefault, ...node.linkTimes },
      outputBytesMax: limits.linkOutputBytesMax,
      strangersMax: limits.strangersMax,
      environment,
      onMessage: (peer, message) => this.#onMessage(peer, message),
      onGossip: (from, digest, delta) => this.#membership.onGossip(from, digest, delta),
      onRingEpoch: (from, epoch) =>
        this.#membership.onRingEpoch(from, epoch === ringEpoch(this.state.decision)),
      onPeersAsked: () => this.#membership.onPeersAsked(),
      onOpened: (member) => {
        this.#membership.onOpened(member);
        this.links.framesTo(member).ringEpoch(this.served.ring.epoch);
      },
      onUp: (member) => {
        this.#asks.memberUp(member);
        onUp(member);
      },
      onDown: (member) => {
        this.#asks.memberDown(member);
        onDown(member);
      },
    });
    this.#membership = new ClusterMembership({
      self: name,
      state,
      times: { ...membershipTimesDefault, ...node.membershipTimes },
      registry: this.registry,
      links: this.links,
      environment,
      isDrained: () => handoff().isDrained,
      onChange: () => this.#changed(),
    });
    this.#asks = new MemberAsks({
      asksMax: limits.adminRequestsMax,
      timeoutMs: limits.adminTimeoutMs,
      reachMs: limits.adminReachMs,
      nowMs: () => environment.nowMs(),
      random: () => environment.random(),
      downMs: (member) => this.links.downMs(member),
      framesTo: (member) => this.links.framesTo(member),
    });
    const isUp = (other: NodeName) => this.registry.isUp[this.registry.numberOf(other)] === 1;
    const ask: AdminDeskOptions['ask'] = (other, text, done) =>
      this.#asks.ask(this.registry.numberOf(other), text, done);
    this.admin = new AdminDesk({
      self: name,
      n: node.quorum.n,
      requestsMax: limits.adminRequestsMax,
      patienceMs: limits.adminPatienceMs,
      nowMs: () => environment.nowMs(),
      random: () => environment.random(),
      state: () => this.state,
      apply: (next) => this.apply(next),
      isUp,
      join: (place, done) => this.join(place, done),
      ask,
      transfers: new TransferVerbs({
        self: name,
        state: () => this.state,
        ask,
        transfers: () => handoff().transfers(),
        limits: () => handoff().limits,
        setLimits: (changed) => handoff().setLimits(changed),
      }),
      repairs: new RepairVerbs({
        self: name,
        patienceMs: limits.adminPatienceMs,
        nowMs: () => environment.nowMs(),
        state: () => this.state,
        ask,
        repair: (positions) => handoff().repair(positions),
        verify: () => handoff().verify(),
        sweepReport: () => handoff().sweepReport,
      }),
    });
  }

  /** The cluster as this node knows it. */
  get state(): ClusterState {
    return this.#membership.state;
  }

  /** All members of the ring are up, as this node sees it. */
  get isReady(): boolean {
    const { isUp } = this.registry;
    return this.served.ring.members.every((name) => isUp[this.registry.numberOf(name)] === 1);
  }

  /** Takes a state that is above the one before, and does what follows from it. */
  apply(next: ClusterState): void {
    this.#membership.apply(next);
  }

  /** The data of a partition of this node's is at its next owner: so the cluster may change the owner. */
  handedOver(position: number): void {
    this.#membership.handedOver(position);
  }

  /**
   * Becomes a joining member of the cluster of the server that serves clients at a place, unless it is a member of
   * one already; calls back once, with what became of it. What the cluster decides comes by gossip.
   */
  join(place: JoinPlace, done: (result: JoinResult) => void): void {
    const { environment, node } = this.#options;
    const told = `${place.host}:${place.port}`;
    environment.fetchJoinOffer(place, (offer) => {
      const context = { own: this.state, self: this.name, n: node.quorum.n, place: told };
      const result = resultOf(offer, context);
      if (result.kind === 'joined') this.apply(result.state);
      done(result);
    });
  }

  tick(nowMs: number): void {
    this.#membership.tick(nowMs);
    this.admin.tick();
    this.#asks.tick(nowMs);
    this.links.tick(nowMs);
  }

  joinOfferText(): string {
    return joinOfferText(this.name, this.#options.node.quorum.n, this.state);
  }

  ringViewText(): string {
    const { ring, current } = this.served;
    const members = ring.members.map((name) => {
      const address = parseAddress(this.state.members.get(name)?.address ?? '');
      return { name, host: address?.host ?? '', port: address?.clientPort ?? 0 };
    });
    return `{"ring":${encodeRing(ring)},"quorum":${JSON.stringify(current.quorum)},"members":${JSON.stringify(members)}}`;
  }

  #changed(): void {
    if (this.served.update(this.state)) this.links.tellEpoch(this.served.ring.epoch);
    this.admin.tick();
    this.#options.onChange();
  }

  #onMessage(peer: Peer, message: LinkMessage): boolean {
    const { member } = peer;
    switch (message.kind) {
      case messageKind.ask: {
        const ref = { slot: message.slot, generation: message.generation };
        return this.admin.onAsk(message.text, (text) => this.links.framesTo(member).answer(ref, text));
      }
      case messageKind.answer:
        this.#asks.onAnswer(member, message, message.text);
        return true;
      default:
        return this.#options.onRequest(peer, message);
    }
  }
}

function resultOf(offer: JoinOffer, context: JoinContext): JoinResult {
  const { place } = context;
  switch (offer.kind) {
    case 'told':
      return takeJoinOffer(offer.text, context);
    case 'refused':
      return { kind: 'refused', message: `Failed: ${place} does not let this node join: ${offer.why}` };
    case 'failed':
      return { kind: 'refused', message: `Failed: no server answers on ${place} (${offer.why})` };
  }
}
