/**
 * The plan: what the staged changes will do, worked out to the end and shown before anything is done; and the
 * commit, which does exactly that or nothing. A plan keeps its seed and a digest of the state that it was made
 * from, so it can be made again anywhere and must come out the same.
 *
 * One commit is one transition here: the claim goes straight to a ring that it would not change again, so
 * there is no second round of moves behind the first. The list has no entry when only statuses change.
 */
import type { NodeName } from '../ring/index.js';
import { type ClusterState, futureOwners, ringEpoch, withMember } from './cluster-state.js';
import { coreDigest } from './cluster-text.js';
import { claimOwners, transitionsTo } from './future-ring.js';
import { isRingReady } from './ring-ready.js';
import {
  changeRefusal,
  type StageableAction,
  type StagingRefusal,
  stagedChanges,
  stagedJoins,
  withStaged,
} from './staging.js';

/** So many partitions go from one member to another. */
export interface Moves {
  readonly from: NodeName;
  readonly to: NodeName;
  readonly partitions: number;
}

export interface PlannedTransition {
  /** The state behind this transition: its members, its owners, and what is to be handed over. */
  readonly state: ClusterState;
  /** Given to another member at once, without handing over data: from members removed by force. */
  readonly reassigned: readonly Moves[];
  /** To be handed over with their data. */
  readonly transfers: readonly Moves[];
}

export interface ClusterPlan {
  readonly seed: number;
  /** The digest of the state that the plan was made from. */
  readonly basis: string;
  readonly joins: readonly NodeName[];
  readonly changes: ReadonlyMap<NodeName, StageableAction>;
  readonly transitions: readonly PlannedTransition[];
}

export type PlanResult =
  | { readonly kind: 'planned'; readonly plan: ClusterPlan }
  | { readonly kind: 'refused'; readonly code: 'ring_not_ready' }
  | {
      readonly kind: 'refused';
      readonly code: 'invalid_change';
      readonly name: NodeName;
      readonly action: StageableAction;
      readonly why: StagingRefusal;
    };

export type CommitResult =
  | { readonly kind: 'committed'; readonly state: ClusterState }
  | {
      readonly kind: 'refused';
      readonly code: 'nothing_planned' | 'plan_changed' | 'ring_not_ready' | 'not_claimant';
    };

/** Plans the staged changes. The same state and seed give the same plan; an empty one if nothing is staged. */
export function planChanges(state: ClusterState, seed: number): PlanResult {
  const isSomebodyBack = [...state.members.values()].some(
    ({ status, isRejoin }) => status === 'joining' && isRejoin,
  );
  if (isSomebodyBack || !isRingReady(state)) return { kind: 'refused', code: 'ring_not_ready' };
  const joins = stagedJoins(state);
  const changes = stagedChanges(state);
  for (const [name, action] of changes) {
    const why = changeRefusal(state, name, action);
    if (why !== undefined) return { kind: 'refused', code: 'invalid_change', name, action, why };
  }
  const isEmpty = joins.length === 0 && changes.size === 0;
  const transitions = isEmpty ? [] : [plannedTransition(state, joins, changes, seed)];
  return { kind: 'planned', plan: { seed, basis: coreDigest(state), joins, changes, transitions } };
}

/**
 * Installs the plan at the claimant, and unstages what it did. `plan` is the one that was printed last, or
 * undefined if there was none. Refused, with nothing changed, when a new plan would not be that plan.
 */
export function commitPlan(state: ClusterState, plan: ClusterPlan | undefined, self: NodeName): CommitResult {
  const refused = (code: 'nothing_planned' | 'plan_changed' | 'ring_not_ready' | 'not_claimant') =>
    ({ kind: 'refused', code }) as const;
  if (state.decision.claimant !== self) return refused('not_claimant');
  if (stagedJoins(state).length === 0 && stagedChanges(state).size === 0) return refused('nothing_planned');
  if (plan === undefined || plan.transitions.length === 0) return refused('nothing_planned');
  if (!isRingReady(state)) return refused('ring_not_ready');
  if (plan.basis !== coreDigest(state)) return refused('plan_changed');
  const again = planChanges(state, plan.seed);
  const planned = plan.transitions[0]!.state;
  if (again.kind !== 'planned' || coreDigest(again.plan.transitions[0]!.state) !== coreDigest(planned)) {
    return refused('plan_changed');
  }
  // What is not part of a plan may have gone on since: completions, what others have seen.
  const { members, decision, staged } = planned;
  return { kind: 'committed', state: { ...state, members, decision, staged } };
}

function plannedTransition(
  state: ClusterState,
  joins: readonly NodeName[],
  changes: ReadonlyMap<NodeName, StageableAction>,
  seed: number,
): PlannedTransition {
  const { decision } = state;
  const self = decision.claimant;
  const replaced = new Map<NodeName, NodeName>();
  const forced = new Set<NodeName>();
  let next = state;
  for (const name of joins) next = withMember(next, name, { status: 'valid', writer: self });
  for (const [name, action] of changes) {
    const isForced = action.kind === 'force-remove' || action.kind === 'force-replace';
    const wasJoining = joins.includes(name);
    if (isForced) forced.add(name);
    if ('replacement' in action) replaced.set(name, action.replacement);
    const status = isForced || wasJoining ? 'invalid' : 'leaving';
    next = withMember(next, name, { status, writer: self });
  }
  const future = futureOwners(decision).map((owner) => replaced.get(owner) ?? owner);
  const claimed = claimOwners(next, future, seed);
  const epoch = decision.epoch + 1;
  const owners = decision.owners.map((owner, position) => (forced.has(owner) ? claimed[position]! : owner));
  const transitions = transitionsTo(
    { ...decision, owners },
    claimed,
    ringEpoch({ term: decision.term, epoch }),
  );
  next = { ...next, decision: { ...decision, epoch, owners, transitions, seed } };
  next = withStaged(next, new Map([...changes.keys()].map((name) => [name, { kind: 'none' }])), self);
  return {
    state: next,
    reassigned: tally(decision.owners, owners),
    transfers: tally(owners, claimed),
  };
}

/** Who gets how many partitions from whom, sorted by names. */
function tally(before: readonly NodeName[], after: readonly NodeName[]): Moves[] {
  const counts = new Map<string, { from: NodeName; to: NodeName; partitions: number }>();
  for (const [position, from] of before.entries()) {
    const to = after[position]!;
    if (from === to) continue;
    const key = `${from} ${to}`;
    const moves = counts.get(key) ?? { from, to, partitions: 0 };
    moves.partitions++;
    counts.set(key, moves);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, moves]) => moves);
}
