/** The flags that `rkv server` and `rkv cluster` share, and the quorum that they make. */
import {
  type Consistency,
  consistencies,
  consistencyDefault,
  type Quorum,
  quorumDefault,
  replicasMax,
} from '../request/index.js';
import { ringSizeDefault, ringSizeMax, ringSizeMin } from '../ring/index.js';

export const quorumFlags = {
  'ring-size': {
    type: 'number',
    describe: `partitions of the ring, a power of two from ${ringSizeMin} to ${ringSizeMax} [default: ${ringSizeDefault}, or that of the data directory]`,
  },
  n: {
    type: 'number',
    default: quorumDefault.n,
    describe: `copies of each value, 1 to ${replicasMax}; at most one per member is made`,
  },
  r: { type: 'number', describe: 'members that must answer a get [default: 2, or n if that is less]' },
  w: { type: 'number', describe: 'members that must take a write [default: 2, or n if that is less]' },
  consistency: {
    choices: consistencies,
    default: consistencyDefault as Consistency,
    describe: 'sloppy: fallbacks count; strict: only primaries; atomic: linearizable per key, by majorities',
  },
} as const;

/** r and w follow n down when they are not given. */
export function quorumOf({ n, r, w }: { n: number; r?: number | undefined; w?: number | undefined }): Quorum {
  return { n, r: r ?? Math.min(quorumDefault.r, n), w: w ?? Math.min(quorumDefault.w, n) };
}
