/**
 * What to say to a peer about the state: digests first, then only the parts that differ. A round is one digest
 * from A to B, the differing parts with B's digest from B to A, and A's differing parts to B. Any message may be
 * lost, doubled or late: parts merge, and the next round starts anew.
 */
import { z } from 'zod';
import type { NodeName } from '../ring/index.js';
import { canMerge, mergeStates } from './cluster-merge.js';
import type { ClusterState } from './cluster-state.js';
import { type ClusterDelta, type PartName, partDigest, partNames } from './cluster-text.js';
import { MembershipError } from './membership-error.js';

/** A few hundred bytes that tell whether two states are equal, and which parts are not. */
export interface ClusterDigest {
  readonly clusterId: string;
  readonly hashVersion: number;
  readonly ringSize: number;
  readonly parts: Readonly<Record<PartName, string>>;
}

/**
 * - same: nothing to say.
 * - delta: the parts that differ; the peer's own are wanted back if it has other ones.
 * - refused: the peer is of another cluster, hashes keys otherwise, or is no member any more.
 */
export type GossipAnswer =
  | { readonly kind: 'same' }
  | { readonly kind: 'delta'; readonly delta: ClusterDelta; readonly digest: ClusterDigest }
  | { readonly kind: 'refused'; readonly code: GossipRefusal };

export type GossipRefusal = 'other-cluster' | 'other-ring-size' | 'other-hash-version' | 'not-a-member';

export function digestOf(state: ClusterState): ClusterDigest {
  const { clusterId, hashVersion, ringSize } = state;
  const parts = Object.fromEntries(partNames.map((part) => [part, partDigest(state, part)]));
  return { clusterId, hashVersion, ringSize, parts: parts as Record<PartName, string> };
}

const digestSchema = z.strictObject({
  clusterId: z.string().max(64),
  hashVersion: z.int(),
  ringSize: z.int(),
  parts: z.record(z.enum(partNames), z.string().max(64)),
});

export function encodeDigest(digest: ClusterDigest): string {
  return JSON.stringify(digest);
}

/** Reads what encodeDigest wrote; throws a MembershipError on anything else. */
export function decodeDigest(text: string): ClusterDigest {
  try {
    return digestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new MembershipError('bad-state-text', 'The text is no digest of a cluster state.', { cause });
  }
}

/** What to answer to the digest of a peer. */
export function answerDigest(state: ClusterState, from: NodeName, digest: ClusterDigest): GossipAnswer {
  const code = refusal(state, from, digest);
  if (code !== undefined) return { kind: 'refused', code };
  const differing = partNames.filter((part) => partDigest(state, part) !== digest.parts[part]);
  if (differing.length === 0) return { kind: 'same' };
  return { kind: 'delta', delta: deltaOf(state, differing), digest: digestOf(state) };
}

/** The state with a peer's parts merged in; the same state if they say nothing new or are of another cluster. */
export function mergeDelta(state: ClusterState, delta: ClusterDelta): ClusterState {
  const other: ClusterState = { ...state, ...delta };
  if (!canMerge(state, other)) return state;
  const merged = mergeStates(state, other);
  return isSameState(state, merged) ? state : merged;
}

export function isSameState(a: ClusterState, b: ClusterState): boolean {
  return canMerge(a, b) && partNames.every((part) => partDigest(a, part) === partDigest(b, part));
}

/** As isSameState, but for what others have seen: that is learned anew. */
export function isSameCluster(a: ClusterState, b: ClusterState): boolean {
  return (
    canMerge(a, b) &&
    partNames.every((part) => part === 'seen' || partDigest(a, part) === partDigest(b, part))
  );
}

/** Some parts of a state, to send. */
export function deltaOf(state: ClusterState, parts: readonly PartName[] = partNames): ClusterDelta {
  const { clusterId, hashVersion, ringSize } = state;
  const some = Object.fromEntries(parts.map((part) => [part, state[part]]));
  return { clusterId, hashVersion, ringSize, ...some };
}

/**
 * A removed member is told so once by its own entry, which every member may send it; its news is not heard. A
 * member that is down is heard: its digest is how it learns that it must rejoin.
 */
function refusal(state: ClusterState, from: NodeName, digest: ClusterDigest): GossipRefusal | undefined {
  if (digest.clusterId !== state.clusterId) return 'other-cluster';
  if (digest.hashVersion !== state.hashVersion) return 'other-hash-version';
  if (digest.ringSize !== state.ringSize) return 'other-ring-size';
  const status = state.members.get(from)?.status;
  return status === undefined || status === 'invalid' ? 'not-a-member' : undefined;
}
