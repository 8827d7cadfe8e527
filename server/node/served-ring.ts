/** The ring by which a node serves: by names, as others are told it, and by numbers, as its requests use it. */
import { type ClusterState, futureOwners, servedRing } from '../membership/index.js';
import { type Quorum, type RequestRing, type RingHolder, requestRing } from '../request/index.js';
import { encodeRing, type NodeName, type Ring } from '../ring/index.js';
import { type MemberRegistry, selfNumber } from './member-registry.js';
import { nodeIdOf } from './node-id.js';

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
    this.#current = this.#numbered(this.#ring, options.state);
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
    this.#current = this.#numbered(ring, state);
    return true;
  }

  #numbered({ epoch, members, owners }: Ring, state: ClusterState): RequestRing {
    const { registry, quorum } = this.#options;
    const numbers = members.map((name) => registry.numberOf(name));
    const isOwnRing = epoch === 0;
    return requestRing({
      epoch,
      owners: owners.map((owner) => numbers[owner]!),
      // A member that is joining serves alone, and nothing of that ring is handed over.
      nextOwners: isOwnRing
        ? owners.map((owner) => numbers[owner]!)
        : Int16Array.from(futureOwners(state.decision), (name) => registry.numberOf(name)),
      idOf: (member) => nodeIdOf(registry.nameOf(member)),
      members: members.length,
      quorum,
    });
  }
}
