/**
 * Does what requests ask of the vnodes here, those of other members and this node's own alike, and hands answers
 * to the requests that wait for them. A version from too far in the future is refused here, on the one way in
 * that all of them share.
 */
import type { ByteRange } from '../byte-range.js';
import {
  type FrameWriter,
  flagExisted,
  flagFailed,
  flagMissing,
  getVersionOnly,
  type LinkMessage,
  messageKind,
  type RequestRef,
} from '../link/index.js';
import type { HybridClock } from '../object/index.js';
import type { ReplicaMessages, Requests, Vote } from '../request/index.js';
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
import { selfNumber } from './member-registry.js';

export interface ReplicaDeskOptions {
  ringSize: number;
  vnodes: VnodeTable;
  clock: HybridClock;
  requests: () => Requests<ClientSession>;
  framesTo(member: number): FrameWriter;
  /** Who votes on a key, as this node knows it. */
  viewOf(key: ByteRange): number;
  /** Whether a member goes by another ring than this node, which by its own does not own the partition. */
  isMisled(member: number, position: number): boolean;
}

export class ReplicaDesk implements ReplicaMessages, GatedAnswers {
  /** Puts that were refused because their version is too far ahead of this node's clock. */
  skewedPuts = 0;
  readonly #options: ReplicaDeskOptions;
  readonly #record: RecordView = emptyRecordView();

  constructor(options: ReplicaDeskOptions) {
    this.#options = options;
  }

  /** Another member asks, or answers; false for a message that makes no sense. */
  onMessage(member: number, message: LinkMessage): boolean {
    const { position, flags } = message;
    if (position >= this.#options.ringSize) return false;
    switch (message.kind) {
      case messageKind.put:
        this.#onPut(member, message, position, message.key, message.record);
        return true;
      case messageKind.get:
        this.#onGet(member, message, position, message.key, flags);
        return true;
      case messageKind.votePut:
        this.#onVotePut(member, message, position, message.view, message.key, message.record);
        return true;
      case messageKind.voteGet:
        this.#onVoteGet(member, message, position, message.view, message.key, flags);
        return true;
      case messageKind.putAck:
        this.#options.requests().onPutAck(member, message, position, flags);
        return true;
      case messageKind.getReply:
        this.#takeGetReply(member, message, position, flags, message.record);
        return true;
      default:
        return false;
    }
  }

  /** A request of this node asks a vnode, perhaps one of its own: then the answer may come before this returns. */
  sendPut(member: number, ref: RequestRef, position: number, key: ByteRange, record: RecordView): void {
    if (member === selfNumber) this.#onPut(member, ref, position, key, record);
    else this.#options.framesTo(member).put(ref, position, key, record);
  }

  /** As sendPut. */
  sendGet(member: number, ref: RequestRef, position: number, key: ByteRange, flags: number): void {
    if (member === selfNumber) this.#onGet(member, ref, position, key, flags);
    else this.#options.framesTo(member).get(ref, position, key, flags);
  }

  /** As sendPut. */
  sendVotePut({ member, position, ref, view }: Vote, key: ByteRange, record: RecordView): void {
    if (member === selfNumber) this.#onVotePut(member, ref, position, view, key, record);
    else this.#options.framesTo(member).votePut(ref, position, view, key, record);
  }

  /** As sendPut. */
  sendVoteGet({ member, position, ref, view }: Vote, key: ByteRange, flags: number): void {
    if (member === selfNumber) this.#onVoteGet(member, ref, position, view, key, flags);
    else this.#options.framesTo(member).voteGet(ref, position, view, key, flags);
  }

  /** Answers a put of a member; of this node's own, as if over a link. */
  putAck(member: number, ref: RequestRef, position: number, flags: number): void {
    if (member === selfNumber) this.#options.requests().onPutAck(member, ref, position, flags);
    else this.#options.framesTo(member).putAck(ref, position, flags);
  }

  /** As putAck, for a get. */
  getReply(member: number, ref: RequestRef, position: number, flags: number, record: RecordView): void {
    if (member === selfNumber) this.#takeGetReply(member, ref, position, flags, record);
    else this.#options.framesTo(member).getReply(ref, position, flags, record);
  }

  #takeGetReply(member: number, ref: RequestRef, position: number, flags: number, record: RecordView): void {
    const told = (flags & flagFailed) === 0 ? record : undefined;
    this.#options.requests().onGetReply(member, ref, position, (flags & flagMissing) === 0, told);
  }

  #onVotePut(
    member: number,
    ref: RequestRef,
    position: number,
    view: number,
    key: ByteRange,
    record: RecordView,
  ): void {
    // What a damaged record was may have been newer than this: it votes again when it has been repaired.
    const mayVote = this.#mayVote(view, key, position) && this.#isReadable(key, position);
    if (mayVote) this.#onPut(member, ref, position, key, record);
    else this.putAck(member, ref, position, flagFailed);
  }

  #onVoteGet(
    member: number,
    ref: RequestRef,
    position: number,
    view: number,
    key: ByteRange,
    asked: number,
  ): void {
    if (this.#mayVote(view, key, position)) this.#onGet(member, ref, position, key, asked);
    else this.getReply(member, ref, position, flagFailed, noRecord);
  }

  /** Who votes must know the same voters as who asks, and must not have lost what it has voted for. */
  #mayVote(view: number, key: ByteRange, position: number): boolean {
    const { viewOf, vnodes } = this.#options;
    return view === viewOf(key) && vnodes.at(position).refillingSinceMs === 0;
  }

  #isReadable(key: ByteRange, position: number): boolean {
    const vnode = this.#options.vnodes.at(position);
    return vnode.read(key.bytes, key.start, key.end, this.#record) !== readFailed;
  }

  #onPut(member: number, ref: RequestRef, position: number, key: ByteRange, record: RecordView): void {
    const { clock, vnodes } = this.#options;
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
    if (gate !== undefined && (flags & flagFailed) === 0) gate.holdPutAck(member, ref, position, flags);
    else this.putAck(member, ref, position, flags);
  }

  #onGet(member: number, ref: RequestRef, position: number, key: ByteRange, asked: number): void {
    const { vnodes } = this.#options;
    const record = this.#record;
    let outcome = vnodes.at(position).read(key.bytes, key.start, key.end, record);
    // Perhaps it is missing because it has been handed over.
    if ((outcome & readFound) === 0 && this.#options.isMisled(member, position)) outcome = readFailed;
    const flags = readReplyFlags(outcome, record);
    if ((asked & getVersionOnly) !== 0) record.valueEnd = record.valueStart;
    if (outcome >= readUnsettled) vnodes.gate!.holdGetReply(member, ref, position, flags, record);
    else this.getReply(member, ref, position, flags, outcome === readFound ? record : noRecord);
  }
}

const noRecord: RecordView = emptyRecordView();
