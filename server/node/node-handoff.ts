/** Handoff as a part of a node: the ring as handoff sees it, and messages over the links. */
import {
  Handoff,
  type HandoffLimits,
  handoffLimitsDefault,
  type RingTransition,
  type RingView,
} from '../handoff/index.js';
import type { LinkMessage } from '../link/index.js';
import {
  type ClusterState,
  type Decision,
  isRingReady,
  membersWith,
  ringEpoch,
} from '../membership/index.js';
import type { HybridClock } from '../object/index.js';
import type { Quorum } from '../request/index.js';
import type { NodeName } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';
import type { Environment } from './environment.js';
import type { MemberRegistry } from './member-registry.js';
import type { PeerLinks } from './peer-links.js';

export interface NodeHandoffOptions {
  self: NodeName;
  life: number;
  state: () => ClusterState;
  registry: MemberRegistry;
  links: PeerLinks;
  vnodes: VnodeTable;
  clock: HybridClock;
  quorum: Quorum;
  environment: Environment;
  limits: Partial<HandoffLimits> | undefined;
  requestTimeoutMs: number;
  handedOver(position: number): void;
  /** The record of a key was damaged here. */
  repairKey(key: Buffer): void;
  /** Nothing may be handed over yet. */
  isBusy(): boolean;
  isHeld(): boolean;
}

export function nodeHandoff(options: NodeHandoffOptions): Handoff {
  const { self, life, state, registry, links, vnodes, clock, quorum, environment, limits, handedOver } =
    options;
  return new Handoff({
    self,
    life,
    clusterId: () => state().clusterId,
    dataId: `${self} ${life}`,
    hasNoData: vnodes.running().every(({ storage }) => storage.isEmpty()),
    ring: new HandoffRing(self, state, quorum),
    vnodes,
    limits: {
      ...(environment.store === undefined ? { scrubMs: 0 } : {}),
      reapQuarantineMs: reapQuarantineMs(options.requestTimeoutMs),
      ...limits,
    },
    nowMs: () => environment.nowMs(),
    wallMs: () => environment.wallMs(),
    random: () => environment.random(),
    checksum: environment.checksum,
    lifeOf: (name) => {
      const member = registry.find(name);
      const peer = member === undefined ? undefined : links.peerOf(member);
      return peer?.isUp === true ? peer.life : undefined;
    },
    send: (to, { kind, position, id, life: sender, content }) => {
      const member = registry.find(to);
      if (member !== undefined)
        links.framesTo(member).transfer(kind, position, { slot: id, generation: sender }, content);
    },
    observe: (version, offset) => clock.observe(version, offset),
    requestFlush: () => environment.requestFlush(),
    handedOver,
    isBusy: options.isBusy,
    isHeld: options.isHeld,
    repairKey: options.repairKey,
    log: (level, event, details) => environment.log({ ...details, level, event }),
  });
}

/** Longer than a request of a client may last, and what it leaves behind. */
export function reapQuarantineMs(requestTimeoutMs: number): number {
  return Math.max(handoffLimitsDefault.reapQuarantineMs, requestTimeoutMs + 15_000);
}

/** Takes a message of a transfer from a member in a certain life; false if it makes no sense. */
export function takeTransferMessage(
  handoff: Handoff,
  from: NodeName,
  fromLife: number,
  message: LinkMessage,
): boolean {
  const { flags: kind, position, slot: id, generation: life, key } = message;
  if (position >= handoff.ringSize) return false;
  const content = key.bytes.subarray(key.start, key.end);
  handoff.onMessage(from, fromLife, { kind, position, id, life, content });
  return true;
}

/** The owners and transitions as the cluster has decided them. */
class HandoffRing implements RingView {
  readonly n: number;
  readonly w: number;
  readonly #self: NodeName;
  readonly #state: () => ClusterState;
  #decision: Decision | undefined;
  #transitions = new Map<number, RingTransition>();

  constructor(self: NodeName, state: () => ClusterState, { n, w }: Quorum) {
    this.n = n;
    this.w = w;
    this.#self = self;
    this.#state = state;
  }

  get ringSize(): number {
    return this.#state().ringSize;
  }

  get members(): readonly NodeName[] {
    if (this.#isAlone) return [this.#self];
    return membersWith(this.#state(), 'valid', 'leaving', 'exiting');
  }

  get everybody(): readonly NodeName[] {
    if (this.#isAlone) return [this.#self];
    return membersWith(this.#state(), 'joining', 'valid', 'leaving', 'exiting', 'down');
  }

  get epoch(): number {
    return ringEpoch(this.#state().decision);
  }

  get isSettled(): boolean {
    return isRingReady(this.#state());
  }

  /** Who is joining serves alone, and keeps what it has until it is let in. */
  ownerOf(position: number): NodeName {
    return this.#isAlone ? this.#self : this.#state().decision.owners[position]!;
  }

  transitionOf(position: number): RingTransition | undefined {
    if (this.#isAlone) return undefined;
    const { decision } = this.#state();
    if (decision !== this.#decision) {
      this.#decision = decision;
      this.#transitions = new Map(
        decision.transitions.map((transition) => [transition.position, transition]),
      );
    }
    return this.#transitions.get(position);
  }

  get #isAlone(): boolean {
    const entry = this.#state().members.get(this.#self);
    return (
      entry === undefined || entry.status === 'invalid' || (entry.status === 'joining' && !entry.isRejoin)
    );
  }
}
