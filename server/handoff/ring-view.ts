/** What handoff must know of the ring: who owns which partition, and who shall. */
import type { NodeName } from '../ring/index.js';

export interface RingTransition {
  readonly nextOwner: NodeName;
  /** The ring epoch at which it was scheduled. */
  readonly since: number;
}

export interface RingView {
  readonly ringSize: number;
  /** Every member with a voice goes by this ring, as far as this node knows. */
  readonly isSettled: boolean;
  /** Everybody who may hold records: without those that are joining, marked down, or removed. */
  readonly members: readonly NodeName[];
  /** Everybody who may hold records, or may come back with some: whoever has not been removed. */
  readonly everybody: readonly NodeName[];
  /** Rises with each decision about owners and transitions. */
  readonly epoch: number;
  /** Copies of each key, and of how many members an acknowledged write has at least. */
  readonly n: number;
  readonly w: number;
  ownerOf(position: number): NodeName;
  /** To whom the partition goes, if it goes to somebody. */
  transitionOf(position: number): RingTransition | undefined;
}
