/** What commands may tell about the node that runs them. */
import type { Quorum } from '../request/index.js';
import type { Ring } from '../ring/index.js';

/** Counters and settings of a node, read when somebody asks. */
export interface NodeView {
  readonly name: string;
  readonly ring: Ring;
  readonly quorum: Quorum;
  /** The answer of RKV.STATE. */
  joinOfferText(): string;
  /** The answer of RKV.RING. */
  ringViewText(): string;
  /** Lines for INFO, as name and value. */
  counters(): readonly (readonly [name: string, value: string | number])[];
}
