/** What commands may tell about the node that runs them. */
import type { Quorum } from '../request/index.js';
import type { Ring } from '../ring/index.js';
import type { ClientSession } from './client-session.js';
import type { ProcessUsage } from './environment.js';

/** Counters and settings of a node, read when somebody asks. */
export interface NodeView {
  readonly name: string;
  readonly ring: Ring;
  readonly quorum: Quorum;
  /** It keeps its data on a disk. */
  readonly isDurable: boolean;
  readonly valueBytesMax: number;
  nowMs(): number;
  /** The wall clock, in milliseconds since 1970: by it records expire. */
  wallMs(): number;
  /** What the process has used since it began; zeroes where there is no process. */
  usage(): ProcessUsage;
  /** Those that are connected. */
  clients(): Iterable<ClientSession>;
  /** The answer of RKV.STATE. */
  joinOfferText(): string;
  /** Shows a node that joins that this one is of the cluster; undefined if the cluster has no secret. */
  proveOffer(challenge: string, text: string): string | undefined;
  /** The answer of RKV.RING. */
  ringViewText(): string;
  /** Lines for INFO, as name and value. */
  counters(): readonly (readonly [name: string, value: string | number])[];
}
