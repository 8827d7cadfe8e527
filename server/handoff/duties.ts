/** What a node has to send to others now, whether or not it can: by the ring, by what it holds, by what was asked. */
import type { NodeName } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';
import type { RepairAsk } from './repair-asks.js';
import type { RingView } from './ring-view.js';
import type { TransferKind } from './transfer-message.js';

export interface Duty {
  readonly kind: TransferKind;
  readonly position: number;
  readonly target: NodeName;
  readonly since: number;
  /** Of a repair: what was asked for. */
  readonly ask?: RepairAsk;
}

export interface DutiesOptions {
  readonly self: NodeName;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  /** What other members have asked for. */
  readonly asks: readonly RepairAsk[];
  /** The partition goes to another owner, or has gone and is being deleted here. */
  isGoing(position: number): boolean;
  /** The partition is not whole here: it is given to nobody before it is. */
  isRefilling(position: number): boolean;
}

/** In the order of positions. */
export function dutiesOf({ self, ring, vnodes, asks, isGoing, isRefilling }: DutiesOptions): Duty[] {
  const duties: Duty[] = asks.map((ask) => {
    const { position, target } = ask;
    return { kind: 'repair', position, target, since: 0, ask };
  });
  for (let position = 0; position < ring.ringSize; position++) {
    const transition = ring.transitionOf(position);
    if (transition === undefined || ring.ownerOf(position) !== self || isRefilling(position)) continue;
    duties.push({ kind: 'ownership', position, target: transition.nextOwner, since: transition.since });
  }
  for (const { position, storage, hasHints } of vnodes.running()) {
    const owner = ring.ownerOf(position);
    if (owner === self || storage.isEmpty() || isGoing(position)) continue;
    // What has come with the partition is the owner's already; what requests have written here may not be.
    const isComing = ring.transitionOf(position)?.nextOwner === self;
    if (hasHints || !isComing) duties.push({ kind: 'hinted', position, target: owner, since: 0 });
  }
  return duties.sort((a, b) => a.position - b.position);
}

/** A name for a duty, which ends with that of the receiver. */
export function dutyName({ kind, position, target }: Pick<Duty, 'kind' | 'position' | 'target'>): string {
  return `${kind} ${position} ${target}`;
}

/** Whether something is for a duty. */
export function isSameDuty(
  a: Pick<Duty, 'kind' | 'position' | 'target'>,
  b: Pick<Duty, 'kind' | 'position' | 'target'>,
): boolean {
  return a.kind === b.kind && a.position === b.position && a.target === b.target;
}
