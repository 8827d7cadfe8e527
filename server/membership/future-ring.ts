/**
 * From what is decided to what shall be: claims partitions for the members that may own them, and turns the
 * difference into transitions. Used by the plan, and by the claimant for what is left to do when a member
 * that was down during a transition is back.
 */
import type { NodeName } from '../ring/index.js';
import { claim } from './claim.js';
import { unowned } from './claim-board.js';
import { type ClusterState, type Decision, membersWith, type Transition } from './cluster-state.js';

/** Members that may own partitions when everything decided has been done. */
export function claimingMembers(state: ClusterState): NodeName[] {
  return membersWith(state, 'valid', 'down');
}

/**
 * The owners that all transitions shall lead to: the future owners so far, with the partitions of everybody
 * else, and what balance needs, claimed anew. Nothing is moved from or to a member that is down.
 */
export function claimOwners(state: ClusterState, future: readonly NodeName[], seed: number): NodeName[] {
  const members = claimingMembers(state);
  const numbers = new Map(members.map((name, number) => [name, number]));
  const before = Int16Array.from(future, (owner) => numbers.get(owner) ?? unowned);
  const down = new Set(membersWith(state, 'down'));
  const isStuck = down.size === members.length;
  const claimed = claim({ before, members: members.length, seed });
  const owners = Array.from(claimed, (number) => members[number]!);
  if (down.size === 0 || isStuck) return owners;
  return owners.map((owner, position) => {
    const held = future[position]!;
    if (down.has(held)) return held;
    if (!down.has(owner)) return owner;
    return before[position] === unowned ? standIn(members, down, position) : held;
  });
}

/** Somebody must take what nobody may keep: those who are up, in turn. */
function standIn(members: readonly NodeName[], down: ReadonlySet<NodeName>, position: number): NodeName {
  const up = members.filter((name) => !down.has(name));
  return up[position % up.length]!;
}

/** The transitions from the owners now to those; one that was scheduled already stays the same one. */
export function transitionsTo(decision: Decision, owners: readonly NodeName[], since: number): Transition[] {
  const scheduled = new Map(decision.transitions.map((transition) => [transition.position, transition]));
  const transitions: Transition[] = [];
  for (const [position, owner] of decision.owners.entries()) {
    const nextOwner = owners[position]!;
    if (nextOwner === owner) continue;
    const known = scheduled.get(position);
    const isSame = known?.owner === owner && known.nextOwner === nextOwner;
    transitions.push(isSame ? known : { position, owner, nextOwner, since });
  }
  return transitions;
}
