/**
 * Serves the other members: does what their requests ask of the vnodes here, and hands their answers to the
 * requests that wait for them.
 */
import {
  type FrameWriter,
  flagExisted,
  flagFailed,
  flagMissing,
  flagUncertain,
  type LinkMessage,
  messageKind,
  type RequestRef,
} from '../link/index.js';
import type { HybridClock } from '../object/index.js';
import type { PendingRequests, QuorumRequests } from '../request/index.js';
import { emptyRecordView, type RecordView } from '../storage/index.js';
import {
  appliedExisted,
  type GatedAnswers,
  readFailed,
  readFound,
  readReplyFlags,
  readUnsettled,
  refused,
  type VnodeTable,
} from '../vnode/index.js';
import type { ClientSession } from './client-session.js';

export interface ReplicaDeskOptions {
  /** The number of this member. */
  self: number;
  ringSize: number;
  vnodes: VnodeTable;
  clock: HybridClock;
  pending: PendingRequests<ClientSession>;
  quorumRequests: QuorumRequests<ClientSession>;
  /** Slots from here on are of requests with a quorum of their own. */
  quorumFirstSlot: number;
  framesTo(member: number): FrameWriter;
  /** Whether a member goes by another ring than this node, which by its own does not own the partition. */
  isMisled(member: number, position: number): boolean;
}

export class ReplicaDesk implements GatedAnswers {
  /** Puts that were refused because their version is too far ahead of this node's clock. */
  skewedPuts = 0;
  readonly #options: ReplicaDeskOptions;
  readonly #record: RecordView = emptyRecordView();

  constructor(options: ReplicaDeskOptions) {
    this.#options = options;
  }

  /** Another member asks, or answers; false for a message that makes no sense. */
  onMessage(member: number, message: LinkMessage): boolean {
    if (message.position >= this.#options.ringSize) return false;
    switch (message.kind) {
      case messageKind.put:
        this.#onPut(member, message);
        return true;
      case messageKind.get:
        this.#onGet(member, message);
        return true;
      case messageKind.putAck:
        this.#takePutAck(member, message, message.position, message.flags);
        return true;
      case messageKind.getReply:
        this.#takeGetReply(member, message, message.position, message.flags, message.record);
        return true;
      default:
        return false;
    }
  }

  /** An answer leaves the gate; one to this node itself is taken as if it came over a link. */
  putAck(member: number, ref: RequestRef, position: number, flags: number): void {
    const { self, framesTo } = this.#options;
    if (member === self) this.#takePutAck(member, ref, position, flags);
    else framesTo(member).putAck(ref, position, flags);
  }

  /** As putAck, for a get. */
  getReply(member: number, ref: RequestRef, position: number, flags: number, record: RecordView): void {
    const { self, framesTo } = this.#options;
    if (member === self) this.#takeGetReply(member, ref, position, flags, record);
    else framesTo(member).getReply(ref, position, flags, record);
  }

  /** A vnode has taken a put, or could not. */
  #takePutAck(member: number, ref: RequestRef, position: number, flags: number): void {
    const { pending, quorumRequests, quorumFirstSlot } = this.#options;
    const isOk = (flags & flagFailed) === 0;
    const isUncertain = (flags & flagUncertain) !== 0;
    if (ref.slot >= quorumFirstSlot) quorumRequests.onPutAck(member, ref, position, isOk);
    else pending.onPutAck(member, ref, position, isOk, (flags & flagExisted) !== 0, isUncertain);
  }

  #takeGetReply(member: number, ref: RequestRef, position: number, flags: number, record: RecordView): void {
    const { pending, quorumRequests, quorumFirstSlot } = this.#options;
    const requests = ref.slot >= quorumFirstSlot ? quorumRequests : pending;
    const told = (flags & flagFailed) === 0 ? record : undefined;
    requests.onGetReply(member, ref, position, (flags & flagMissing) === 0, told);
  }

  #onPut(member: number, message: LinkMessage): void {
    const { clock, vnodes, framesTo } = this.#options;
    const { key, record, position } = message;
    let flags = 0;
    if (!clock.observe(record.version, record.versionOffset)) {
      // A version from the future would win over every write until then.
      this.skewedPuts++;
      flags = flagFailed;
    } else {
      const result = vnodes.at(position).apply(key.bytes, key.start, key.end, record);
      if (result === refused) flags = flagFailed;
      else if (result === appliedExisted) flags = flagExisted;
    }
    const { gate } = vnodes;
    if (gate !== undefined && (flags & flagFailed) === 0) gate.holdPutAck(member, message, position, flags);
    else framesTo(member).putAck(message, position, flags);
  }

  #onGet(member: number, message: LinkMessage): void {
    const { vnodes, framesTo } = this.#options;
    const { key, position } = message;
    const record = this.#record;
    let outcome = vnodes.at(position).read(key.bytes, key.start, key.end, record);
    // Perhaps it is missing because it has been handed over.
    if ((outcome & readFound) === 0 && this.#options.isMisled(member, position)) outcome = readFailed;
    const flags = readReplyFlags(outcome, record);
    if (outcome >= readUnsettled) vnodes.gate!.holdGetReply(member, message, position, flags, record);
    else framesTo(member).getReply(message, position, flags, outcome === readFound ? record : noRecord);
  }
}

const noRecord: RecordView = emptyRecordView();
