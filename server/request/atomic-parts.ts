/** What atomic requests have in common: what they work with, and how they ask. */
import type { ByteRange } from '../byte-range.js';
import type { HybridClock } from '../object/index.js';
import type { AtomicAnswer } from './atomic-answer.js';
import type { HeldBytes } from './held-bytes.js';
import type { OpenRequests } from './open-requests.js';
import type { PlantedFault } from './planted-fault.js';
import type { ReadRepair } from './read-repair.js';
import type { ReplicaGroup, ReplicaVnode } from './replica-groups.js';
import type { ReplicaMessages } from './replica-messages.js';
import type { ReplicaRound } from './replica-round.js';

export interface AtomicParts {
  readonly open: OpenRequests;
  readonly held: HeldBytes;
  readonly messages: ReplicaMessages;
  readonly clock: HybridClock;
  readonly repair: Pick<ReadRepair, 'note'>;
  readonly nowMs: () => number;
  /** The wall clock, by which records expire. */
  readonly wallMs: () => number;
  isSelf(member: number): boolean;
  isUp(member: number): boolean;
  readonly plantedFault?: PlantedFault | undefined;
}

export interface AtomicStart {
  /** Belongs to the request. */
  readonly key: ByteRange;
  readonly groups: readonly ReplicaGroup[];
  /** Who votes on the key, as a number: a vnode that knows it otherwise refuses. */
  readonly view: number;
  readonly timeoutMs: number;
  readonly answer: AtomicAnswer;
}

/**
 * Asks those of the vnodes that can be reached. This node's own come last: their answers may come while they are
 * being asked, and by then everybody has been.
 */
export function askReachable(
  { isUp, isSelf }: AtomicParts,
  round: ReplicaRound,
  vnodes: readonly ReplicaVnode[],
  ask: (vnode: ReplicaVnode) => void,
): void {
  const reachable = vnodes.filter(({ member }) => isUp(member));
  for (const vnode of reachable) round.ask(vnode);
  for (const vnode of reachable) if (!isSelf(vnode.member)) ask(vnode);
  for (const vnode of reachable) if (isSelf(vnode.member)) ask(vnode);
}
