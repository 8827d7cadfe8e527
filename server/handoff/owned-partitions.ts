/**
 * Which partitions this node owns, and whether what they should hold has come with them: a partition that comes
 * by a transfer is whole when the transfer has arrived; one that comes without, since its owner was removed by
 * force for example, is not.
 */
import type { NodeName } from '../ring/index.js';
import type { RingView } from './ring-view.js';

export class OwnedPartitions {
  readonly #self: NodeName;
  readonly #ring: RingView;
  #owned = new Set<number>();
  /** Partitions that come to this node: the epoch at which that was scheduled. */
  #coming = new Map<number, number>();
  readonly #arrived = new Map<number, number>();

  constructor(self: NodeName, ring: RingView) {
    this.#self = self;
    this.#ring = ring;
  }

  /** All of a partition has come to this node, by the transition of that epoch. */
  arrived(position: number, since: number): void {
    this.#arrived.set(position, since);
  }

  /** Looks at the ring, and returns the partitions that have become this node's without what they should hold. */
  update(): number[] {
    const unarrived: number[] = [];
    const owned = new Set<number>();
    const coming = new Map<number, number>();
    for (let position = 0; position < this.#ring.ringSize; position++) {
      const transition = this.#ring.transitionOf(position);
      if (transition?.nextOwner === this.#self) coming.set(position, transition.since);
      if (this.#ring.ownerOf(position) !== this.#self) continue;
      owned.add(position);
      if (!this.#owned.has(position) && !this.#hasArrived(position)) unarrived.push(position);
    }
    for (const position of this.#arrived.keys()) if (!coming.has(position)) this.#arrived.delete(position);
    this.#owned = owned;
    this.#coming = coming;
    return unarrived;
  }

  #hasArrived(position: number): boolean {
    const since = this.#arrived.get(position);
    return since !== undefined && since === this.#coming.get(position);
  }
}
