/** The ring by which a node serves: by names, as others are told it, and by numbers, as its requests use it. */
import { type ClusterState, servedRing } from '../membership/index.js';
import { type Quorum, type RequestRing, type RingHolder, requestRing } from '../request/index.js';
import { encodeRing, type NodeName, type Ring } from '../ring/index.js';
import { type MemberRegistry, selfNumber } from './member-registry.js';

export interface ServedRingOptions {
  self: NodeName;
  state: ClusterState;
  quorum: Quorum;
  registry: MemberRegistry;
}

export class ServedRing implements RingHolder {
  readonly #options: ServedRingOptions;
  #ring: Ring;
  #current: RequestRing;

  constructor(options: ServedRingOptions) {
    this.#options = options;
    this.#ring = servedRing(options.state, options.self);
    this.#current = this.#numbered(this.#ring);
  }

  get ring(): Ring {
    return this.#ring;
  }

  get current(): RequestRing {
    return this.#current;
  }

  /** Whether this node owns a position. */
  owns(position: number): boolean {
    return this.#current.owners[position] === selfNumber;
  }

  /** Takes the ring of a state; false if it is the same. */
  update(state: ClusterState): boolean {
    const ring = servedRing(state, this.#options.self);
    if (ring.clusterId === this.#ring.clusterId && encodeRing(ring) === encodeRing(this.#ring)) return false;
    this.#ring = ring;
    this.#current = this.#numbered(ring);
    return true;
  }

  #numbered({ epoch, members, owners }: Ring): RequestRing {
    const { registry, quorum } = this.#options;
    const numbers = members.map((name) => registry.numberOf(name));
    return requestRing({
      epoch,
      owners: owners.map((owner) => numbers[owner]!),
      members: members.length,
      quorum,
    });
  }
}
