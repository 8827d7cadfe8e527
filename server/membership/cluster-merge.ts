/**
 * The merge of two states of one cluster: the least state that is above both. Each part is a total order (the
 * later writing wins) or a map of such, so the merge is commutative, associative and idempotent, and never
 * goes back. Orders compare the whole content in the end, so that even two writings with the same counter,
 * which only a lost disk can cause, come out the same on every node.
 */
import assert from 'node:assert/strict';
import type { NodeName } from '../ring/index.js';
import type {
  ClusterState,
  Decision,
  MemberEntry,
  MemberStatus,
  SeenEntry,
  StagedEntry,
  VoteEntry,
} from './cluster-state.js';

/** Negative, zero or positive, as sort wants it; zero only for equal content. */
type Order<T> = (a: T, b: T) => number;

/** Merges two states of one cluster; which others may be merged is canMerge's answer. */
export function mergeStates(a: ClusterState, b: ClusterState): ClusterState {
  assert(canMerge(a, b), 'states of two clusters');
  return {
    clusterId: a.clusterId,
    hashVersion: a.hashVersion,
    ringSize: a.ringSize,
    members: mergeMaps(a.members, b.members, compareMembers),
    decision: later(a.decision, b.decision, compareDecisions),
    completions: a.completions.map((since, position) => Math.max(since, b.completions[position]!)),
    staged: mergeMaps(a.staged, b.staged, compareStaged),
    seen: mergeMaps(a.seen, b.seen, compareSeen),
    votes: mergeMaps(a.votes, b.votes, compareVotes),
  };
}

/** States merge when they are of one cluster, one ring size and one way of hashing keys. */
export function canMerge(a: ClusterState, b: ClusterState): boolean {
  return a.clusterId === b.clusterId && a.ringSize === b.ringSize && a.hashVersion === b.hashVersion;
}

/** Of two changes of one member at once: the one that must not be lost wins, as in Riak Core. */
const statusWeight: Readonly<Record<MemberStatus, number>> = {
  invalid: 6,
  down: 5,
  joining: 4,
  valid: 3,
  exiting: 2,
  leaving: 1,
};

function compareMembers(a: MemberEntry, b: MemberEntry): number {
  return (
    a.counter - b.counter ||
    statusWeight[a.status] - statusWeight[b.status] ||
    compareTexts(a.writer, b.writer) ||
    compareTexts(a.address, b.address) ||
    Number(a.isRejoin) - Number(b.isRejoin)
  );
}

function compareDecisions(a: Decision, b: Decision): number {
  return (
    a.term - b.term ||
    a.epoch - b.epoch ||
    compareTexts(a.claimant, b.claimant) ||
    (a === b ? 0 : compareTexts(decisionContent(a), decisionContent(b)))
  );
}

function decisionContent({ owners, transitions, seed }: Decision): string {
  const lines = transitions.map(({ position, owner, nextOwner, since }) => [
    position,
    owner,
    nextOwner,
    since,
  ]);
  return JSON.stringify([owners, lines, seed]);
}

function compareStaged(a: StagedEntry, b: StagedEntry): number {
  return (
    a.counter - b.counter ||
    compareTexts(a.action.kind, b.action.kind) ||
    compareTexts(replacementOf(a), replacementOf(b)) ||
    compareTexts(a.writer, b.writer)
  );
}

function replacementOf({ action }: StagedEntry): string {
  return 'replacement' in action ? action.replacement : '';
}

function compareSeen(a: SeenEntry, b: SeenEntry): number {
  return a.counter - b.counter || compareTexts(a.digest, b.digest);
}

function compareVotes(a: VoteEntry, b: VoteEntry): number {
  return a.term - b.term || compareTexts(a.candidate, b.candidate);
}

/** By code units: the same on every machine, whatever its language. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function later<T>(a: T, b: T, order: Order<T>): T {
  return order(a, b) >= 0 ? a : b;
}

function mergeMaps<T>(
  a: ReadonlyMap<NodeName, T>,
  b: ReadonlyMap<NodeName, T>,
  order: Order<T>,
): ReadonlyMap<NodeName, T> {
  const merged = new Map(a);
  for (const [name, entry] of b) {
    const known = merged.get(name);
    merged.set(name, known === undefined ? entry : later(known, entry, order));
  }
  return merged;
}
