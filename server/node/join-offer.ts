/**
 * What a node tells to one that wants to join, and what that one makes of it: the state with itself as a joining
 * member, or the sentence that says why not.
 */
import { z } from 'zod';
import {
  type ClusterState,
  decodeState,
  encodeState,
  joinCluster,
  MembershipError,
  membersWith,
  refusalText,
} from '../membership/index.js';
import { isNodeName, type NodeName } from '../ring/index.js';
import { nodeIdCollision } from './node-id.js';

const schema = z.object({ node: z.string().refine(isNodeName), n: z.int(), state: z.unknown() });

export type JoinResult =
  | { readonly kind: 'joined'; readonly target: NodeName; readonly state: ClusterState }
  | { readonly kind: 'refused'; readonly message: string };

/** The answer of RKV.STATE; `n` is the number of copies that the cluster keeps. */
export function joinOfferText(node: string, n: number, state: ClusterState): string {
  return `{"node":${JSON.stringify(node)},"n":${n},"state":${encodeState(state)}}`;
}

export interface JoinContext {
  /** The state of a node that is alone so far. */
  readonly own: ClusterState;
  readonly self: NodeName;
  /** Copies that this node's cluster keeps. */
  readonly n: number;
  /** Where the offer came from. */
  readonly place: string;
}

export function takeJoinOffer(offer: string, { own, self, n, place }: JoinContext): JoinResult {
  const refused = (message: string) => ({ kind: 'refused', message }) as const;
  let target: NodeName;
  let theirs: ClusterState;
  let theirN: number;
  try {
    const { node, n: copies, state } = schema.parse(JSON.parse(offer));
    [target, theirN, theirs] = [node, copies, decodeState(JSON.stringify(state))];
  } catch (error) {
    if (error instanceof MembershipError)
      return refused(`Failed: ${place} tells no cluster: ${error.message}`);
    return refused(`Failed: ${place} is no rkv server of this version`);
  }
  if (target === self) return refused(refusalText('self_join', target));
  if (theirN !== n)
    return refused(
      `Failed: '${target}' keeps ${theirN} copies of each value, and this node ${n}: start it with --n ${theirN}`,
    );
  const names = [...membersWith(theirs, 'joining', 'valid', 'leaving', 'exiting', 'down'), self];
  const collision = nodeIdCollision(names);
  if (collision !== undefined)
    return refused(
      `Failed: '${collision[0]}' and '${collision[1]}' have the same id in versions: rename one of them`,
    );
  const result = joinCluster(own, theirs, self);
  if (result.kind === 'refused') return refused(refusalText(result.code, target));
  return { kind: 'joined', target, state: result.state };
}
