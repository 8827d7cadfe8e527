/**
 * What this node has to hand over to others: partitions that the cluster has decided to give away, and what it
 * holds of partitions that are not its own, because it stood in for their owner or had them before it joined.
 */
import { type ClusterState, isComplete } from '../membership/index.js';
import type { NodeName } from '../ring/index.js';

/**
 * - ownership: the partition goes to its next owner; `handed over` makes the cluster change the owner.
 * - hinted: the partition is its owner's; what is here is to be there.
 */
export interface Handover {
  readonly kind: 'ownership' | 'hinted';
  readonly position: number;
  readonly to: NodeName;
}

/** By position; `held` are the positions of which this node holds something, in order. */
export function handoversOf(state: ClusterState, self: NodeName, held: readonly number[]): Handover[] {
  // Who is joining serves alone and owns nothing of the cluster: nothing is the cluster's yet.
  const status = state.members.get(self)?.status;
  if (status === undefined || status === 'joining' || status === 'invalid') return [];
  const { owners, transitions } = state.decision;
  const ownership = transitions
    .filter((transition) => transition.owner === self && !isComplete(state, transition))
    .map(({ position, nextOwner }) => ({ kind: 'ownership', position, to: nextOwner }) as const);
  const hinted = held
    .filter((position) => owners[position] !== self)
    .map((position) => ({ kind: 'hinted', position, to: owners[position]! }) as const);
  return [...ownership, ...hinted];
}

/** What moves the data: told what there is to hand over whenever that may have changed. */
export interface Transfers {
  update(handovers: readonly Handover[]): void;
}
