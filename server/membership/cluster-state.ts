/**
 * The cluster's state, as every node keeps and gossips it. A state is a value: a change makes a new one, and
 * two states of one cluster merge into the least one above both (cluster-merge.ts), so it does not matter in
 * which order, how often or by which way news arrives. For that, every part says who may write it and which of
 * two writings is the later:
 *
 * | part | written by | later is |
 * |---|---|---|
 * | a member's entry | the member, the claimant, an operator at any node | the higher counter |
 * | the decision: claimant, owners, transitions | the claimant of its term | the higher (term, epoch) |
 * | completions | the members that hand partitions over | the higher epoch, by position |
 * | staged changes | an operator at any node | the higher counter, by member |
 * | seen, votes | each member its own | the higher counter or term |
 *
 * There is no wall clock anywhere.
 */
import assert from 'node:assert/strict';
import {
  checkedClusterId,
  checkedRingSize,
  createRing,
  hashVersion,
  type NodeName,
  type Ring,
} from '../ring/index.js';

/**
 * - joining: staged to join, owns nothing; until the commit, or until it is cleared. Also for the moment in
 *   which a member that was down comes back.
 * - valid: a full member.
 * - leaving: still owns or serves partitions, and hands them over; until it owns nothing.
 * - exiting: has handed everything over and waits to be let go; for about one round of gossip.
 * - down: marked by an operator; keeps its partitions and has no voice; until it is back.
 * - invalid: no member any more; for ever, unless it joins anew.
 */
export type MemberStatus = 'joining' | 'valid' | 'leaving' | 'exiting' | 'down' | 'invalid';

export interface MemberEntry {
  readonly status: MemberStatus;
  /** Raised by every change of this entry. */
  readonly counter: number;
  /** Who made the change: two who raise one counter at once are told apart. */
  readonly writer: NodeName;
  /** Where it is, host:clientPort/linkPort, as the member itself gave it; empty if it gave none. */
  readonly address: string;
  /** Joining again after having been down: the claimant lets it in without a commit. */
  readonly isRejoin: boolean;
}

/** A partition that goes from one member to another. */
export interface Transition {
  readonly position: number;
  readonly owner: NodeName;
  readonly nextOwner: NodeName;
  /** The ring epoch at which it was scheduled: its completion refers to it. */
  readonly since: number;
}

/** What a claimant has decided. Of one term there is one claimant, so (term, epoch) names one decision. */
export interface Decision {
  /** Counts claimants: raised by takeover alone, for which a majority of the members votes. */
  readonly term: number;
  /** Counts decisions; it rises with every one of them. */
  readonly epoch: number;
  readonly claimant: NodeName;
  /** The owner of each position. */
  readonly owners: readonly NodeName[];
  /** By position, each at most once. */
  readonly transitions: readonly Transition[];
  /** The seed of the last plan, for what is left of it to claim. */
  readonly seed: number;
}

/**
 * What is staged for a member; `none` once it was done or cleared. A join that was cleared is `cancel-join` until
 * the claimant has let the member go: only the claimant decides between a commit and a clear at one moment.
 */
export type StagedAction =
  | { readonly kind: 'none' }
  | { readonly kind: 'cancel-join' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'force-remove' }
  | { readonly kind: 'replace'; readonly replacement: NodeName }
  | { readonly kind: 'force-replace'; readonly replacement: NodeName };

export interface StagedEntry {
  readonly action: StagedAction;
  readonly counter: number;
  readonly writer: NodeName;
}

/** The core digest that a member has seen, with the member's own count of what it has seen. */
export interface SeenEntry {
  readonly counter: number;
  readonly digest: string;
}

/** A member's last vote for a new claimant; it gives one vote in a term. */
export interface VoteEntry {
  readonly term: number;
  readonly candidate: NodeName;
}

export interface ClusterState {
  readonly clusterId: string;
  readonly hashVersion: number;
  readonly ringSize: number;
  readonly members: ReadonlyMap<NodeName, MemberEntry>;
  readonly decision: Decision;
  /** By position: the `since` of the last transition that was completed there; 0 for none. */
  readonly completions: readonly number[];
  readonly staged: ReadonlyMap<NodeName, StagedEntry>;
  readonly seen: ReadonlyMap<NodeName, SeenEntry>;
  readonly votes: ReadonlyMap<NodeName, VoteEntry>;
}

/** The state of a new cluster of one: it owns everything and is the claimant. Throws a RingError. */
export function createClusterState(options: {
  clusterId: string;
  ringSize: number;
  name: NodeName;
  address?: string;
}): ClusterState {
  const { name, address = '' } = options;
  const ringSize = checkedRingSize(options.ringSize);
  return {
    clusterId: checkedClusterId(options.clusterId),
    hashVersion,
    ringSize,
    members: new Map([[name, { status: 'valid', counter: 1, writer: name, address, isRejoin: false }]]),
    decision: {
      term: 1,
      epoch: 1,
      claimant: name,
      owners: Array.from({ length: ringSize }, () => name),
      transitions: [],
      seed: 1,
    },
    completions: new Array<number>(ringSize).fill(0),
    staged: new Map(),
    seen: new Map(),
    votes: new Map(),
  };
}

/**
 * The state of a cluster that is formed at once, from a list of members that each of them was given: all are
 * valid, the ring is the static claim, the first by name is the claimant. Each of them makes the same state of
 * it. Throws a RingError.
 */
export function createFormedState(options: {
  clusterId: string;
  ringSize: number;
  members: readonly { readonly name: NodeName; readonly address: string }[];
}): ClusterState {
  const { clusterId, ringSize } = options;
  const names = options.members.map(({ name }) => name);
  const ring = createRing({ clusterId, ringSize, members: names });
  const first = createClusterState({ clusterId, ringSize, name: ring.members[0]! });
  const members = new Map<NodeName, MemberEntry>();
  for (const { name, address } of options.members) {
    members.set(name, { status: 'valid', counter: 1, writer: name, address, isRejoin: false });
  }
  const owners = Array.from(ring.owners, (owner) => ring.members[owner]!);
  return { ...first, members, decision: { ...first.decision, owners } };
}

/** The state with a member's entry changed by `writer`. */
export function withMember(
  state: ClusterState,
  name: NodeName,
  change: {
    status: MemberStatus;
    writer: NodeName;
    address?: string;
    isRejoin?: boolean;
  },
): ClusterState {
  const entry = state.members.get(name);
  const members = new Map(state.members);
  members.set(name, {
    status: change.status,
    counter: (entry?.counter ?? 0) + 1,
    writer: change.writer,
    address: change.address ?? entry?.address ?? '',
    isRejoin: change.isRejoin ?? false,
  });
  return { ...state, members };
}

/** The state with the address of a member, if it is one and was elsewhere; the member itself is the writer. */
export function withAddress(state: ClusterState, name: NodeName, address: string): ClusterState {
  const entry = state.members.get(name);
  if (entry === undefined || entry.address === address) return state;
  const { status, isRejoin } = entry;
  return withMember(state, name, { status, writer: name, address, isRejoin });
}

/** The names with one of the statuses, sorted. */
export function membersWith(state: ClusterState, ...statuses: MemberStatus[]): NodeName[] {
  return [...state.members]
    .filter(([, { status }]) => statuses.includes(status))
    .map(([name]) => name)
    .sort();
}

/** Whose voice counts, for a ring to be ready and for a claimant: valid, leaving and exiting members. */
export function voters(state: ClusterState): NodeName[] {
  return membersWith(state, 'valid', 'leaving', 'exiting');
}

/** One number that rises with (term, epoch), for all that compares rings by their epoch. */
export function ringEpoch(decision: Pick<Decision, 'term' | 'epoch'>): number {
  assert(decision.epoch < 2 ** 32 && decision.term < 2 ** 20, 'more decisions than a ring epoch can count');
  return decision.term * 2 ** 32 + decision.epoch;
}

export function isComplete(state: ClusterState, transition: Transition): boolean {
  return state.completions[transition.position]! >= transition.since;
}

/** The owners when all transitions will have been completed. */
export function futureOwners(decision: Decision): NodeName[] {
  const owners = [...decision.owners];
  for (const { position, nextOwner } of decision.transitions) owners[position] = nextOwner;
  return owners;
}

/**
 * The ring by which a node serves. A member that is joining still serves the ring that it had alone, so that
 * its own keys stay readable until it is let in; the epoch of that ring is below that of any decision.
 */
export function servedRing(state: ClusterState, self: NodeName): Ring {
  const entry = state.members.get(self);
  if (entry?.status !== 'joining' || entry.isRejoin) return ringOf(state);
  const { clusterId, hashVersion, ringSize } = state;
  return {
    clusterId,
    epoch: 0,
    ringSize,
    hashVersion,
    members: [self],
    owners: new Int16Array(ringSize),
  };
}

/**
 * The ring as requests use it: the members who have joined, and the owners now. News of a removal may come
 * before the news of the new owner; until then the removed member is still in the ring.
 */
export function ringOf(state: ClusterState): Ring {
  const { clusterId, hashVersion, ringSize, decision } = state;
  const joined = membersWith(state, 'valid', 'leaving', 'exiting', 'down');
  const members = [...new Set([...joined, ...decision.owners])].sort();
  const numbers = new Map(members.map((name, number) => [name, number]));
  const owners = Int16Array.from(decision.owners, (owner) => numbers.get(owner)!);
  return { clusterId, epoch: ringEpoch(decision), ringSize, hashVersion, members, owners };
}
