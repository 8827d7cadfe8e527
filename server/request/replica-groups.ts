/**
 * Who may vote on a key: the members that are its primaries, each with all its vnodes of the key. A member that is
 * primary twice, as happens where the ring wraps, has one vote, and has given it when every one of its copies has
 * answered: so a vote is worth all the copies that it stands for, also when one of them moves to another member.
 */
import type { PreferenceList } from '../ring/index.js';

/** One object per vnode of a request: compared by identity. */
export interface ReplicaVnode {
  readonly member: number;
  readonly position: number;
}

export interface ReplicaGroup {
  /** By member: its vnodes. */
  readonly voters: readonly (readonly ReplicaVnode[])[];
  /** How many members must have voted. */
  readonly needed: number;
}

/**
 * The votes of one list or, while the ring changes, of two: enough of each are needed. `needed` says, of a number
 * of members, how many are enough. A vnode that is in both lists is one object.
 */
export function votingGroups(
  lists: readonly PreferenceList[],
  needed: (members: number) => number,
): ReplicaGroup[] {
  const known: ReplicaVnode[] = [];
  return lists.map((list) => {
    const voters = new Map<number, ReplicaVnode[]>();
    for (let i = 0; i < list.count; i++) {
      const vnode = vnodeOf(known, list.members[i]!, list.positions[i]!);
      const voter = voters.get(vnode.member);
      if (voter === undefined) voters.set(vnode.member, [vnode]);
      else voter.push(vnode);
    }
    return { voters: [...voters.values()], needed: needed(voters.size) };
  });
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
