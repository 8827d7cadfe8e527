/**
 * What a node does about membership by itself, as one step of a pure function: it notes what it has seen, comes
 * back after having been down, goes when it has handed everything over, votes for a new claimant when there is
 * none, and does the claimant's duties if it is the one. Called after every merge and every now and then.
 *
 * Decisions are made by claimants alone, and of one term there is one claimant: a takeover needs the votes of
 * a majority of the members with a voice, and nobody votes twice in a term. So (term, epoch) names one decision,
 * whatever the network does. An old claimant that has not heard of the takeover decides in its old term, which
 * any new term supersedes.
 *
 * Of two members, the one that is left may take over alone: the other one is the claimant and does not run.
 */
import type { NodeName } from '../ring/index.js';
import { claimantDuties } from './claimant-duties.js';
import { type ClusterState, futureOwners, membersWith, voters, withMember } from './cluster-state.js';
import { isRingReady, noteSeen } from './ring-ready.js';

/** What a node knows beside the state. */
export interface MembershipView {
  /** For how long the failure detector has seen the member as down, in milliseconds; 0 while it is up. */
  readonly downMs: (name: NodeName) => number;
  /** How long a claimant must be down before another one takes over. Longer: fewer takeovers for nothing. */
  readonly takeoverTimeoutMs: number;
  /** Whether this node's own vnodes hold nothing any more that another member should have. */
  readonly isDrained: boolean;
}

/** One step at `self`. Returns the same state when there is nothing to do. */
export function tick(state: ClusterState, self: NodeName, view: MembershipView): ClusterState {
  let next = ownDuties(state, self, view);
  next = vote(next, self, view);
  next = takeOver(next, self);
  if (next.decision.claimant === self && seesMajority(next, self, view)) {
    const isLost = (name: NodeName) => view.downMs(name) >= view.takeoverTimeoutMs;
    next = claimantDuties(next, self, isLost);
  }
  return voters(next).includes(self) ? noteSeen(next, self) : next;
}

/** Notes that the data of a transition has arrived at its next owner, durably; said by the owner so far. */
export function completeTransition(state: ClusterState, position: number, owner: NodeName): ClusterState {
  const transition = state.decision.transitions.find((one) => one.position === position);
  if (transition === undefined || transition.owner !== owner) return state;
  if (state.completions[position]! >= transition.since) return state;
  const completions = [...state.completions];
  completions[position] = transition.since;
  return { ...state, completions };
}

function ownDuties(state: ClusterState, self: NodeName, view: MembershipView): ClusterState {
  const status = state.members.get(self)?.status;
  if (status === 'down') return withMember(state, self, { status: 'joining', writer: self, isRejoin: true });
  if (status !== 'leaving' || !view.isDrained || !isRingReady(state)) return state;
  if (membersWith(state, 'valid').length === 0) return state;
  const { decision } = state;
  if (decision.owners.includes(self) || futureOwners(decision).includes(self)) return state;
  return withMember(state, self, { status: 'exiting', writer: self });
}

/** Whether there is somebody who decides: a claimant that may, and has not been down for too long. */
function hasClaimant(state: ClusterState, self: NodeName, view: MembershipView): boolean {
  const { claimant } = state.decision;
  const status = state.members.get(claimant)?.status;
  if (status !== 'valid' && status !== 'leaving') return false;
  return claimant === self || view.downMs(claimant) < view.takeoverTimeoutMs;
}

/**
 * Votes for the first member by name that is up, in the lowest term that is still open. Whoever sees another
 * first member than before votes again, in a new term: once all see the same, all vote the same.
 */
function vote(state: ClusterState, self: NodeName, view: MembershipView): ClusterState {
  if (!voters(state).includes(self) || hasClaimant(state, self, view)) return state;
  const { claimant, term } = state.decision;
  const candidate = membersWith(state, 'valid', 'leaving').find(
    (name) => name === self || (name !== claimant && view.downMs(name) === 0),
  );
  if (candidate === undefined) return state;
  const last = state.votes.get(self);
  const highest = Math.max(term + 1, ...Array.from(state.votes.values(), (other) => other.term));
  if (last?.term === highest && last.candidate === candidate) return state;
  const votes = new Map(state.votes);
  votes.set(self, { term: last?.term === highest ? highest + 1 : highest, candidate });
  return { ...state, votes };
}

function takeOver(state: ClusterState, self: NodeName): ClusterState {
  const { decision } = state;
  const status = state.members.get(self)?.status;
  if (decision.claimant === self || (status !== 'valid' && status !== 'leaving')) return state;
  const electorate = voters(state);
  const terms = new Map<number, number>();
  for (const name of electorate) {
    const given = state.votes.get(name);
    if (given?.candidate === self) terms.set(given.term, (terms.get(given.term) ?? 0) + 1);
  }
  for (const [term, count] of terms) {
    if (term <= decision.term || count < majority(state, electorate)) continue;
    return { ...state, decision: { ...decision, term, epoch: decision.epoch + 1, claimant: self } };
  }
  return state;
}

function majority(state: ClusterState, electorate: readonly NodeName[]): number {
  if (electorate.length === 2 && electorate.includes(state.decision.claimant)) return 1;
  return Math.floor(electorate.length / 2) + 1;
}

/** A claimant that is cut off decides nothing: what it decided would be superseded. */
function seesMajority(state: ClusterState, self: NodeName, view: MembershipView): boolean {
  const electorate = voters(state);
  const up = electorate.filter((name) => name === self || view.downMs(name) === 0);
  return up.length >= majority(state, electorate);
}
