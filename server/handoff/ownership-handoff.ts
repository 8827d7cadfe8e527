/**
 * The partitions that go from this node to their next owners. For each, the source of its records lives from the
 * first transfer until nothing is left here, whatever becomes of single transfers and of the ring in between:
 *
 *   sent and followed     the transition is decided; this node owns the partition, and serves it
 *   told                  the receiver has everything: the cluster may change the owner, and is told so once
 *   draining              the receiver is the owner; what it has is deleted here, once nobody asks here any more
 *
 * If the transition comes to nothing, the source is forgotten: what has arrived at the receiver is a fallback's
 * data there. If a transfer fails while draining, what is left is a fallback's data here.
 */
import type { NodeName } from '../ring/index.js';
import type { Vnode, VnodeTable } from '../vnode/index.js';
import type { OutgoingTransfer } from './outgoing-transfer.js';
import { OwnershipSource } from './ownership-source.js';
import type { RingView } from './ring-view.js';
import type { TransferDesk } from './transfer-desk.js';

/** Records that are looked at in one tick while partitions drain, of all of them: it must not take long. */
const drainRecords = 1000;

interface Going {
  readonly vnode: Vnode;
  readonly source: OwnershipSource;
  readonly target: NodeName;
  readonly since: number;
  transfer: OutgoingTransfer | undefined;
  isTold: boolean;
  isDraining: boolean;
}

export interface OwnershipHandoffOptions {
  readonly self: NodeName;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  readonly desk: TransferDesk;
  /** See HandoffLimits. */
  readonly changedKeysMax: number;
  /** All of a partition is at its next owner. */
  handedOver(position: number): void;
  /** Something is to be sent soon. */
  requestPump(): void;
}

export class OwnershipHandoff {
  readonly #options: OwnershipHandoffOptions;
  readonly #going = new Map<number, Going>();

  constructor(options: OwnershipHandoffOptions) {
    this.#options = options;
  }

  /** Whether a partition is going, or has gone and is not yet deleted. */
  has(position: number): boolean {
    return this.#going.has(position);
  }

  /** The source of a partition's records, to begin or go on with. */
  sourceOf(position: number, target: NodeName, since: number): OwnershipSource {
    const known = this.#going.get(position);
    if (known !== undefined && known.target === target && known.since === since) return known.source;
    if (known !== undefined) this.#forget(position, known, 'the partition goes elsewhere');
    const vnode = this.#options.vnodes.at(position);
    const source = new OwnershipSource(vnode, this.#options.changedKeysMax);
    vnode.follower = (key, keyStart, keyEnd) => {
      source.changed(key, keyStart, keyEnd);
      this.#options.requestPump();
    };
    const going = { vnode, source, target, since, transfer: undefined, isTold: false, isDraining: false };
    this.#going.set(position, going);
    return source;
  }

  started(position: number, transfer: OutgoingTransfer): void {
    this.#going.get(position)!.transfer = transfer;
  }

  /** A transfer has ended. */
  ended(transfer: OutgoingTransfer): void {
    const { position } = transfer.options;
    const going = this.#going.get(position);
    if (going?.transfer !== transfer) return;
    going.transfer = undefined;
    if (going.isDraining) this.#forget(position, going, '');
  }

  /** Goes on with each partition as far as it can be now, but for deleting: that is what `tick` does. */
  step(): void {
    for (const [position, going] of this.#going) {
      if (this.#isWanted(position, going)) this.#tell(position, going);
      else if (this.#options.ring.ownerOf(position) === going.target) this.#drain(position, going);
      else this.#forget(position, going, 'the partition stays, or goes elsewhere');
    }
  }

  /** To be called every few milliseconds: deletes some of what has gone, one partition after the other. */
  tick(): void {
    this.step();
    // Members that have not heard of it still ask here.
    if (!this.#options.ring.isSettled) return;
    let left = this.#options.desk.pace.fewer(drainRecords);
    for (const [position, going] of this.#going) {
      const { transfer, source } = going;
      if (!going.isDraining || transfer?.state !== 'following') continue;
      if (left > 0) left -= source.deleteSome(left);
      if (!source.isDrained) continue;
      this.#stop(position, going);
      this.#options.desk.finish(transfer);
    }
  }

  #isWanted(position: number, { target, since }: Going): boolean {
    const { ring, self } = this.#options;
    const transition = ring.transitionOf(position);
    return ring.ownerOf(position) === self && transition?.nextOwner === target && transition.since === since;
  }

  #tell(position: number, going: Going): void {
    if (going.isTold || going.transfer?.hasArrived !== true) return;
    going.isTold = true;
    this.#options.handedOver(position);
  }

  #drain(position: number, going: Going): void {
    const { transfer, source } = going;
    const isComingBack = this.#options.ring.transitionOf(position)?.nextOwner === this.#options.self;
    if (transfer?.state !== 'following' || isComingBack) {
      // What the receiver has is not known, and is sent again as a fallback's data; or it is wanted here.
      this.#forget(position, going, 'the partition has gone');
      return;
    }
    going.isDraining = true;
    source.drain();
  }

  #forget(position: number, going: Going, reason: string): void {
    this.#stop(position, going);
    if (going.transfer !== undefined) this.#options.desk.cancel(going.transfer, reason);
  }

  #stop(position: number, going: Going): void {
    going.vnode.follower = undefined;
    this.#going.delete(position);
  }
}
