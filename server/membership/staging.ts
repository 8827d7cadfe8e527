/**
 * Staging: what an operator wants to change, noted in the state and not yet done. It is noted at whatever node
 * the operator asked and travels by gossip, so it needs no claimant that is up and outlives every claimant; the
 * plan checks the staged changes once more, together. Each function gives the new state, or why it is refused.
 */
import type { NodeName } from '../ring/index.js';
import {
  type ClusterState,
  membersWith,
  type StagedAction,
  type StagedEntry,
  withMember,
} from './cluster-state.js';

export type StagingRefusal =
  | 'self_join'
  | 'not_single_node'
  | 'different_ring_sizes'
  | 'different_hash_versions'
  | 'not_member'
  | 'only_member'
  | 'already_leaving'
  | 'already_replacement'
  | 'invalid_replacement'
  | 'is_claimant'
  | 'is_up';

export type StagingResult =
  | { readonly kind: 'staged'; readonly state: ClusterState }
  | { readonly kind: 'refused'; readonly code: StagingRefusal };

/** A change of one member that can be staged. Joins are staged by joining, `down` is done at once. */
export type StageableAction = Exclude<StagedAction, { kind: 'none' | 'cancel-join' }>;

/**
 * The state with which `self`, alone so far, becomes a joining member of the target's cluster. Its own data is
 * not touched. Refused for a node that is a member already, alone or with others.
 */
export function joinCluster(own: ClusterState, target: ClusterState, self: NodeName): StagingResult {
  const others = membersWith(own, 'joining', 'valid', 'leaving', 'exiting', 'down');
  if (others.length > 1) return refused('not_single_node');
  if (own.ringSize !== target.ringSize) return refused('different_ring_sizes');
  if (own.hashVersion !== target.hashVersion) return refused('different_hash_versions');
  const known = target.members.get(self);
  if (own.clusterId === target.clusterId && known !== undefined && known.status !== 'invalid') {
    return refused('self_join');
  }
  const address = own.members.get(self)?.address ?? '';
  return staged(withMember(target, self, { status: 'joining', writer: self, address }));
}

/** Stages a change of `name`, asked for at `self`. */
export function stageChange(
  state: ClusterState,
  request: { name: NodeName; action: StageableAction; self: NodeName },
): StagingResult {
  const { name, action, self } = request;
  const code = changeRefusal(state, name, action);
  if (code !== undefined) return refused(code);
  return staged(withStaged(state, new Map([[name, action]]), self));
}

/**
 * Marks a member as down, at once and without a plan: it has no voice any more and keeps its partitions. Refused
 * while the failure detector sees it up.
 */
export function markDown(
  state: ClusterState,
  request: { name: NodeName; self: NodeName; isUp: boolean },
): StagingResult {
  const { name, self, isUp } = request;
  if (!isMember(state, name)) return refused('not_member');
  if (isUp || name === self) return refused('is_up');
  if (membersWith(state, 'valid', 'leaving').every((member) => member === name)) {
    return refused('only_member');
  }
  return staged(withMember(state, name, { status: 'down', writer: self }));
}

/**
 * Unstages everything. A member that was joining is let go by the claimant and alone again; nothing is stopped
 * and no data is touched.
 */
export function clearStaged(state: ClusterState, self: NodeName): ClusterState {
  const actions = new Map<NodeName, StagedAction>();
  for (const name of stagedChanges(state).keys()) actions.set(name, { kind: 'none' });
  for (const name of stagedJoins(state)) actions.set(name, { kind: 'cancel-join' });
  return actions.size === 0 ? state : withStaged(state, actions, self);
}

/** The members that a commit would let in, sorted. Those who come back from having been down are not staged. */
export function stagedJoins(state: ClusterState): NodeName[] {
  return membersWith(state, 'joining').filter(
    (name) =>
      state.members.get(name)?.isRejoin === false && state.staged.get(name)?.action.kind !== 'cancel-join',
  );
}

/** The staged changes of members that are there still, sorted by name; joins are not among them. */
export function stagedChanges(state: ClusterState): ReadonlyMap<NodeName, StageableAction> {
  const changes: [NodeName, StageableAction][] = [];
  for (const [name, { action }] of state.staged) {
    const isChange = action.kind !== 'none' && action.kind !== 'cancel-join';
    if (isChange && isMember(state, name)) changes.push([name, action]);
  }
  return new Map(changes.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The state with other staged actions for some members. */
export function withStaged(
  state: ClusterState,
  actions: ReadonlyMap<NodeName, StagedAction>,
  writer: NodeName,
): ClusterState {
  const entries = new Map<NodeName, StagedEntry>(state.staged);
  for (const [name, action] of actions) {
    entries.set(name, { action, counter: (entries.get(name)?.counter ?? 0) + 1, writer });
  }
  return { ...state, staged: entries };
}

/** Why a change cannot be staged, or cannot stay so beside the other staged changes; undefined if it can. */
export function changeRefusal(
  state: ClusterState,
  name: NodeName,
  action: StageableAction,
): StagingRefusal | undefined {
  const isForced = action.kind === 'force-remove' || action.kind === 'force-replace';
  if (!isMember(state, name)) return 'not_member';
  if (isForced && state.decision.claimant === name) return 'is_claimant';
  const status = state.members.get(name)!.status;
  if (!isForced && (status === 'leaving' || status === 'exiting')) return 'already_leaving';
  if ('replacement' in action) return replacementRefusal(state, name, action.replacement);
  return isLastOne(state, name) ? 'only_member' : undefined;
}

function replacementRefusal(
  state: ClusterState,
  name: NodeName,
  replacement: NodeName,
): StagingRefusal | undefined {
  const isFresh = stagedJoins(state).includes(replacement) && !stagedChanges(state).has(replacement);
  if (!isFresh || replacement === name) return 'invalid_replacement';
  for (const [other, action] of stagedChanges(state)) {
    if (other !== name && 'replacement' in action && action.replacement === replacement) {
      return 'already_replacement';
    }
  }
  return undefined;
}

/** Whether nobody would be left to own the ring. */
function isLastOne(state: ClusterState, name: NodeName): boolean {
  const going = stagedChanges(state);
  return [...membersWith(state, 'valid'), ...stagedJoins(state)].every(
    (member) => member === name || going.has(member),
  );
}

function isMember(state: ClusterState, name: NodeName): boolean {
  const status = state.members.get(name)?.status;
  return status !== undefined && status !== 'invalid';
}

function staged(state: ClusterState): StagingResult {
  return { kind: 'staged', state };
}

function refused(code: StagingRefusal): StagingResult {
  return { kind: 'refused', code };
}
