/**
 * Membership of a running node: keeps the cluster's state, does what it says about this node, and gossips it.
 * What the state means is decided in the membership room; here is when, with whom, and what follows for links.
 *
 * News is told at once, to a few members drawn by chance, as a digest; whoever knows something else answers with
 * the parts that differ, and gets ours back. Now and then a member is asked without news, so that what was lost
 * is made good.
 *
 * A node that was removed, or whose join was cleared, is a cluster of one again, under a new cluster id; its
 * data is not touched.
 */
import {
  answerDigest,
  type ClusterState,
  completeTransition,
  coreDigest,
  createClusterState,
  decodeDelta,
  decodeDigest,
  deltaOf,
  digestOf,
  encodeDelta,
  encodeDigest,
  isSameState,
  type MemberAddress,
  MembershipError,
  membersWith,
  mergeDelta,
  parseAddress,
  tick,
} from '../membership/index.js';
import type { NodeName } from '../ring/index.js';
import type { Environment } from './environment.js';
import type { MemberRegistry } from './member-registry.js';
import type { MembershipTimes } from './node-options.js';
import type { PeerLinks } from './peer-links.js';

export interface ClusterMembershipOptions {
  self: NodeName;
  state: ClusterState;
  times: MembershipTimes;
  registry: MemberRegistry;
  links: PeerLinks;
  environment: Environment;
  /** Whether this node's vnodes hold nothing that another member should have. */
  isDrained(): boolean;
  /** The state is another one; links and gossip have been seen to. */
  onChange(state: ClusterState): void;
}

/** News is told to so many members at once: of 64, all have heard it after a few rounds. */
const fanout = 3;
/** Steps that one event may take: more than any has, so that a mistake cannot hold up the node. */
const stepsMax = 16;

export class ClusterMembership {
  readonly #options: ClusterMembershipOptions;
  #state: ClusterState;
  #stepAtMs = 0;
  #gossipAtMs = 0;
  #hasNews = true;

  constructor(options: ClusterMembershipOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#linkPeers();
  }

  get state(): ClusterState {
    return this.#state;
  }

  /** Takes a new state, which is above the one before or of another cluster, and does what follows from it. */
  apply(next: ClusterState): void {
    const before = this.#state;
    this.#state = next;
    this.#step();
    if (this.#state === before || isSameState(this.#state, before)) return;
    this.#changed(before);
  }

  tick(nowMs: number): void {
    const { times } = this.#options;
    if (nowMs >= this.#stepAtMs) {
      this.#stepAtMs = nowMs + times.stepMs;
      this.#linkPeers();
      this.apply(this.#state);
    }
    if (this.#hasNews) this.#tellNews();
    if (nowMs >= this.#gossipAtMs) {
      this.#gossipAtMs = nowMs + times.gossipMs * (0.5 + this.#options.environment.random());
      this.#tellSome(1);
    }
  }

  /** What another node says; texts, either may be empty. */
  onGossip(from: NodeName, digest: string, delta: string): void {
    try {
      if (delta !== '') this.apply(mergeDelta(this.#state, decodeDelta(delta)));
      if (digest !== '') this.#answer(from, digest, delta === '');
    } catch (error) {
      if (!(error instanceof MembershipError)) throw error;
      const reason = error.message;
      this.#options.environment.log({ level: 'warn', event: 'gossip-refused', member: from, reason });
    }
  }

  /** The data of a partition of this node's is at its next owner: so the cluster may change the owner. */
  handedOver(position: number): void {
    this.apply(completeTransition(this.#state, position, this.#options.self));
  }

  /** A node serves by another decision than this one: either has something to learn. */
  onRingEpoch(from: NodeName, isOurs: boolean): void {
    if (!isOurs) this.#say(from, encodeDigest(digestOf(this.#state)), '');
  }

  /** A link has opened: what its node must know before anything else is who the members are. */
  onOpened(member: number): void {
    const name = this.#options.registry.nameOf(member);
    this.#say(name, '', encodeDelta(deltaOf(this.#state, ['members'])));
    this.#say(name, encodeDigest(digestOf(this.#state)), '');
  }

  /** Links with those that should be linked with now. */
  onPeersAsked(): void {
    this.#linkPeers();
  }

  /** As `tick` of the membership room, again and again until there is nothing more to do. */
  #step(): void {
    const { self, links, registry, times, isDrained } = this.#options;
    for (let i = 0; i < stepsMax; i++) {
      if (this.#state.members.get(self)?.status === 'invalid') {
        this.#state = this.#alone();
        return;
      }
      const next = tick(this.#state, self, {
        downMs: (name) => links.downMs(registry.numberOf(name)),
        takeoverTimeoutMs: times.takeoverMs,
        isDrained: isDrained(),
      });
      if (next === this.#state) return;
      this.#state = next;
    }
  }

  /** A cluster of this node alone, whose id nobody has had before. */
  #alone(): ClusterState {
    const { self, environment } = this.#options;
    const { ringSize, members, clusterId } = this.#state;
    environment.log({ level: 'info', event: 'removed', clusterId });
    const address = members.get(self)?.address ?? '';
    const id = freshClusterId(() => environment.random());
    return createClusterState({ clusterId: id, ringSize, name: self, address });
  }

  #changed(before: ClusterState): void {
    const { links, onChange, environment } = this.#options;
    if (this.#state.clusterId !== before.clusterId) links.forgetAll();
    this.#linkPeers();
    if (coreDigest(this.#state) !== coreDigest(before)) {
      const { term, epoch, claimant, transitions } = this.#state.decision;
      const told = { term, epoch, claimant, transfers: transitions.length, members: statuses(this.#state) };
      environment.log({ level: 'info', event: 'cluster-changed', ...told });
    }
    onChange(this.#state);
    this.#hasNews = true;
  }

  /** Members, and those that were removed for as long as they still speak to us: they must hear of it. */
  #linkPeers(): void {
    const { self, links, registry } = this.#options;
    const targets = new Map<number, MemberAddress>();
    for (const [name, { status, address }] of this.#state.members) {
      if (name === self || (status === 'invalid' && !links.hasIncoming(name))) continue;
      const place = parseAddress(address);
      if (place !== undefined) targets.set(registry.numberOf(name), place);
    }
    links.setPeers(targets);
  }

  #answer(from: NodeName, text: string, wantsBack: boolean): void {
    const state = this.#state;
    const answer = answerDigest(state, from, decodeDigest(text));
    if (answer.kind === 'delta') {
      this.#say(from, wantsBack ? encodeDigest(answer.digest) : '', encodeDelta(answer.delta));
    } else if (answer.kind === 'refused' && answer.code === 'not-a-member' && state.members.has(from)) {
      this.#say(from, '', encodeDelta(deltaOf(state, ['members'])));
    }
  }

  #tellNews(): void {
    this.#hasNews = false;
    this.#tellSome(fanout);
  }

  /** Sends our digest to some members that can be reached, drawn by chance. */
  #tellSome(count: number): void {
    const { self, links, registry, environment } = this.#options;
    const all = membersWith(this.#state, 'joining', 'valid', 'leaving', 'exiting', 'down', 'invalid');
    const open = all.filter((name) => name !== self && links.isOpenTo(registry.numberOf(name)));
    const digest = encodeDigest(digestOf(this.#state));
    for (let i = 0; i < count && open.length > 0; i++) {
      const [name] = open.splice(Math.floor(environment.random() * open.length), 1);
      this.#say(name!, digest, '');
    }
  }

  #say(to: NodeName, digest: string, delta: string): void {
    const { links, registry } = this.#options;
    const member = registry.find(to);
    if (member !== undefined && links.isOpenTo(member)) links.framesTo(member).gossip(digest, delta);
  }
}

/** An id for a new cluster: 64 bits of chance. */
export function freshClusterId(random: () => number): string {
  const word = () =>
    Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return `rkv-${word()}${word()}`;
}

/** Members and their statuses in one line, for the log. */
function statuses({ members }: ClusterState): string {
  return [...members].map(([name, { status }]) => `${name} ${status}`).join(', ');
}
