/**
 * Whether the ring is ready: every member with a voice has seen the members, the decision and the staged
 * changes as this state has them. Members that are down or joining are not waited for. Each member notes what
 * it has seen in an entry of its own, whose counter only rises.
 */
import type { NodeName } from '../ring/index.js';
import { type ClusterState, voters } from './cluster-state.js';
import { coreDigest } from './cluster-text.js';

export function isRingReady(state: ClusterState): boolean {
  return unseenBy(state).length === 0;
}

/** The members with a voice that have not seen this state yet, sorted; the cluster of one needs no gossip. */
export function unseenBy(state: ClusterState): NodeName[] {
  const names = voters(state);
  if (names.length === 1) return [];
  const digest = coreDigest(state);
  return names.filter((name) => state.seen.get(name)?.digest !== digest);
}

/** As isRingReady, for one who has just changed the state: whether all others with a voice have seen it so. */
export function isSeenByOthers(state: ClusterState, self: NodeName): boolean {
  const digest = coreDigest(state);
  return voters(state).every((name) => name === self || state.seen.get(name)?.digest === digest);
}

/** The state with the note that `self` has seen it; the same state if it is noted already. */
export function noteSeen(state: ClusterState, self: NodeName): ClusterState {
  const digest = coreDigest(state);
  const noted = state.seen.get(self);
  if (noted?.digest === digest) return state;
  const seen = new Map(state.seen);
  seen.set(self, { counter: (noted?.counter ?? 0) + 1, digest });
  return { ...state, seen };
}

/** What `ringready` answers: the members it is true for, or the first thing that is in the way. */
export type RingReadiness =
  | { readonly kind: 'ready'; readonly nodes: readonly NodeName[] }
  | { readonly kind: 'nodes_down'; readonly nodes: readonly NodeName[] }
  | { readonly kind: 'different_owners'; readonly nodes: readonly NodeName[] };

/** Readiness with regard to who is up: a voter that cannot be reached makes it unknown, so it is named first. */
export function ringReadiness(state: ClusterState, isUp: (name: NodeName) => boolean): RingReadiness {
  const names = voters(state);
  const down = names.filter((name) => !isUp(name));
  if (down.length > 0) return { kind: 'nodes_down', nodes: down };
  const unseen = unseenBy(state);
  return unseen.length > 0 ? { kind: 'different_owners', nodes: unseen } : { kind: 'ready', nodes: names };
}
