/**
 * Which vnodes may vote on a key: of its primaries, the first vnode of each member. A member that is primary
 * twice, as happens where the ring wraps, has one vote; its further vnodes are written too, so that every copy
 * is there, and never counted.
 */
import type { PreferenceList } from '../ring/index.js';

/** One object per vnode of a request: compared by identity. */
export interface ReplicaVnode {
  readonly member: number;
  readonly position: number;
}

export interface ReplicaGroup {
  readonly vnodes: readonly ReplicaVnode[];
  /** How many of them must answer. */
  readonly needed: number;
}

export interface VotingVnodes {
  readonly groups: readonly ReplicaGroup[];
  /** Further vnodes of those members. */
  readonly others: readonly ReplicaVnode[];
}

/**
 * The votes of one list or, while the ring changes, of two: enough of each must answer. `needed` says, of a
 * number of members, how many are enough. Vnodes that are in both lists are one object.
 */
export function votingVnodes(
  lists: readonly PreferenceList[],
  needed: (members: number) => number,
): VotingVnodes {
  const known: ReplicaVnode[] = [];
  const voting = new Set<ReplicaVnode>();
  const groups = lists.map((list): ReplicaGroup => {
    const vnodes: ReplicaVnode[] = [];
    for (let i = 0; i < list.count; i++) {
      const vnode = vnodeOf(known, list.members[i]!, list.positions[i]!);
      if (vnodes.some(({ member }) => member === vnode.member)) continue;
      vnodes.push(vnode);
      voting.add(vnode);
    }
    return { vnodes, needed: needed(vnodes.length) };
  });
  return { groups, others: known.filter((vnode) => !voting.has(vnode)) };
}

/** More than half. Any two majorities of the same members have one in common. */
export function majority(members: number): number {
  return Math.floor(members / 2) + 1;
}

function vnodeOf(known: ReplicaVnode[], member: number, position: number): ReplicaVnode {
  const found = known.find((vnode) => vnode.member === member && vnode.position === position);
  if (found !== undefined) return found;
  const vnode = { member, position };
  known.push(vnode);
  return vnode;
}
