/**
 * The claimant's duty cycle: one step from a decision to the next, or none if all is done. It makes completed
 * transitions final, lets members in that come back, gives away what removed members owned, finishes what a
 * member that was down had interrupted, and lets members go. Nothing is moved that no plan asked for: on a
 * ring that is balanced, and whose owners may all own, every step is empty.
 */
import type { NodeName } from '../ring/index.js';
import {
  type ClusterState,
  type Decision,
  futureOwners,
  isComplete,
  membersWith,
  ringEpoch,
  withMember,
} from './cluster-state.js';
import { claimingMembers, claimOwners, transitionsTo } from './future-ring.js';
import { unseenBy } from './ring-ready.js';
import { withStaged } from './staging.js';

/**
 * One step at the claimant; `isLost` tells who has been down for so long that nobody waits for it where it is not
 * needed. Returns the same state when there is nothing to do.
 */
export function claimantDuties(
  state: ClusterState,
  self: NodeName,
  isLost: (name: NodeName) => boolean,
): ClusterState {
  if (!mayDecide(state, self)) return state;
  let next = withJoinsCancelled(state, self);
  next = withSomebodyLeft(withMembersBack(next, self), self);
  next = withTransitionsDone(next);
  next = withTransitionsDropped(next);
  next = withOrphansClaimed(next);
  if (next === state) {
    const unseen = unseenBy(state);
    if (unseen.length === 0) next = withRestClaimed(next);
    // An exiting member has seen a ring in which it owns nothing, or it would not be exiting: one that ended before
    // it was let go is let go all the same.
    const isExiting = (name: NodeName) => state.members.get(name)?.status === 'exiting';
    if (unseen.every((name) => isExiting(name) && isLost(name))) next = withMembersGone(next, self);
  }
  if (next.decision === state.decision) return next;
  return { ...next, decision: { ...next.decision, epoch: state.decision.epoch + 1 } };
}

/** An exiting claimant leaves the rest to its successor; while there is none, it still lets members back in. */
function mayDecide(state: ClusterState, self: NodeName): boolean {
  const candidates = membersWith(state, 'valid', 'leaving');
  const isLastVoice = candidates.length === 0 && state.members.get(self)?.status === 'exiting';
  return isLastVoice || candidates.includes(self);
}

function withJoinsCancelled(state: ClusterState, self: NodeName): ClusterState {
  const cancelled = [...state.staged].filter(([, { action }]) => action.kind === 'cancel-join');
  if (cancelled.length === 0) return state;
  let next = withStaged(state, new Map(cancelled.map(([name]) => [name, { kind: 'none' }])), self);
  for (const [name] of cancelled) {
    if (state.members.get(name)?.status !== 'joining') continue;
    next = withMember(next, name, { status: 'invalid', writer: self });
  }
  return next;
}

function withMembersBack(state: ClusterState, self: NodeName): ClusterState {
  let next = state;
  for (const [name, { status, isRejoin }] of state.members) {
    if (status === 'joining' && isRejoin) next = withMember(next, name, { status: 'valid', writer: self });
  }
  return next;
}

/** When all were told to leave, at once and by different operators, the claimant stays. */
function withSomebodyLeft(state: ClusterState, self: NodeName): ClusterState {
  const isNobodyLeft = claimingMembers(state).length === 0 && membersWith(state, 'joining').length === 0;
  return isNobodyLeft ? withMember(state, self, { status: 'valid', writer: self }) : state;
}

function withTransitionsDone(state: ClusterState): ClusterState {
  const done = state.decision.transitions.filter((transition) => isComplete(state, transition));
  if (done.length === 0) return state;
  const owners = [...state.decision.owners];
  for (const { position, nextOwner } of done) owners[position] = nextOwner;
  const transitions = state.decision.transitions.filter((transition) => !isComplete(state, transition));
  return withDecision(state, { owners, transitions });
}

/** Nothing is handed over from or to a member that is down or gone: its partitions stay until it is back. */
function withTransitionsDropped(state: ClusterState): ClusterState {
  const cannot = new Set(membersWith(state, 'down', 'invalid'));
  const { transitions } = state.decision;
  const kept = transitions.filter(({ owner, nextOwner }) => !cannot.has(owner) && !cannot.has(nextOwner));
  return kept.length === transitions.length ? state : withDecision(state, { transitions: kept });
}

/** What a member owned that is gone is somebody else's at once: there is nobody to hand it over. */
function withOrphansClaimed(state: ClusterState): ClusterState {
  const { decision } = state;
  const gone = new Set(membersWith(state, 'invalid'));
  if (!decision.owners.some((owner) => gone.has(owner)) || claimingMembers(state).length === 0) return state;
  const claimed = claimOwners(state, futureOwners(decision), decision.seed);
  const owners = decision.owners.map((owner, position) => (gone.has(owner) ? claimed[position]! : owner));
  return withDecision(state, { owners, transitions: transitionsFor({ ...decision, owners }, claimed) });
}

/** When nothing is under way and nobody is down: what an interrupted transition has left to claim. */
function withRestClaimed(state: ClusterState): ClusterState {
  const { decision } = state;
  if (decision.transitions.length > 0 || membersWith(state, 'down').length > 0) return state;
  if (claimingMembers(state).length === 0) return state;
  const transitions = transitionsFor(decision, claimOwners(state, decision.owners, decision.seed));
  return transitions.length === 0 ? state : withDecision(state, { transitions });
}

/** The claimant never lets itself go: the next one does. */
function withMembersGone(state: ClusterState, self: NodeName): ClusterState {
  let next = state;
  const owners = new Set([...state.decision.owners, ...futureOwners(state.decision)]);
  for (const name of membersWith(state, 'exiting')) {
    if (name !== self && !owners.has(name)) {
      next = withMember(next, name, { status: 'invalid', writer: self });
    }
  }
  return next;
}

function transitionsFor(decision: Decision, owners: readonly NodeName[]) {
  const { term, epoch } = decision;
  return transitionsTo(decision, owners, ringEpoch({ term, epoch: epoch + 1 }));
}

function withDecision(state: ClusterState, change: Partial<Decision>): ClusterState {
  return { ...state, decision: { ...state.decision, ...change } };
}
