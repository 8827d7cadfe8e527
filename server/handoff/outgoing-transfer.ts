/**
 * One transfer at its sender. It asks the receiver, sends chunks as far as the window and the budget of bytes
 * allow, and ends when the receiver has acknowledged, durably, as much as was sent: same count, same digest.
 * Whatever goes wrong ends this transfer; its owner (the desk) begins another one, which goes on where the
 * source of the records stands.
 */
import type { NodeName } from '../ring/index.js';
import { StorageError } from '../storage/index.js';
import type { ByteBudget } from './byte-budget.js';
import type { HandoffLimits } from './handoff-limits.js';
import { ChunkBuilder } from './record-chunk.js';
import { type FollowingSource, type RecordSource, UnreadableRecordError } from './record-source.js';
import type { RepairAsk } from './repair-asks.js';
import {
  chunkHeaderBytes,
  foldDigest,
  jsonContent,
  readAccept,
  readRefusal,
  readTally,
  type Tally,
  type TransferKind,
  type TransferMessage,
  tallyContent,
  transferMessageKind,
} from './transfer-message.js';
import type { TransferPace } from './transfer-pace.js';

export interface OutgoingOptions {
  readonly id: number;
  /** The incarnation of this node. */
  readonly life: number;
  readonly clusterId: string;
  readonly kind: TransferKind;
  readonly position: number;
  readonly target: NodeName;
  readonly targetLife: number;
  /** Of ownership: the epoch at which the transition was scheduled; else 0. */
  readonly since: number;
  readonly source: RecordSource;
  /** Of a repair: what was asked for. */
  readonly ask: RepairAsk | undefined;
  /** The same source, if the transfer is to follow what changes when all has arrived. */
  readonly following: FollowingSource | undefined;
  readonly limits: HandoffLimits;
  readonly budget: ByteBudget;
  readonly pace: TransferPace;
  checksum(bytes: Buffer): number;
  send(message: TransferMessage): void;
}

/**
 * - asking: the receiver was asked; until it answers.
 * - sending: chunks go out; until the source is exhausted and all of them are acknowledged.
 * - ending: the receiver was told how much there was; until it confirms.
 * - following: all has arrived, and what changes is sent on; until the receiver owns the partition.
 * - complete, failed: over.
 */
export type OutgoingState = 'asking' | 'sending' | 'ending' | 'following' | 'complete' | 'failed';

/** A chunk that is on its way. */
interface SentChunk extends Tally {
  readonly records: Buffer;
}

export class OutgoingTransfer {
  readonly options: OutgoingOptions;
  readonly startedMs: number;
  state: OutgoingState = 'asking';
  /** Why it failed. */
  reason = '';
  /** The receiver was busy: nothing is wrong. */
  isRefusedBusy = false;
  /** What has been acknowledged. */
  ackedRecords = 0;
  ackedBytes = 0;
  #heardMs: number;
  #saidMs: number;
  #inFlight: SentChunk[] = [];
  #inFlightBytes = 0;
  readonly #sent: Tally = { number: 0, count: 0, digest: 0 };
  /** Of a following transfer: what had changed when it began to follow. */
  #mark = 0;

  constructor(options: OutgoingOptions, nowMs: number) {
    this.options = options;
    this.startedMs = nowMs;
    this.#heardMs = nowMs;
    this.#saidMs = nowMs;
    const { kind, clusterId, target, targetLife, since } = options;
    this.#say(transferMessageKind.begin, jsonContent({ kind, clusterId, target, targetLife, since }), nowMs);
  }

  get isOver(): boolean {
    return this.state === 'complete' || this.state === 'failed';
  }

  /** Whether it takes one of the places for transfers: one that follows does not. */
  get isActive(): boolean {
    return !this.isOver && this.state !== 'following';
  }

  /** The receiver has everything but what has changed since it began to follow. */
  get hasArrived(): boolean {
    return this.state === 'following' && this.options.following?.isPast(this.#mark) === true;
  }

  /** The receiver said something. */
  onMessage({ kind, content }: TransferMessage, nowMs: number): void {
    if (this.isOver) return;
    this.#heardMs = nowMs;
    switch (kind) {
      case transferMessageKind.accept:
        this.#onAccept(content, nowMs);
        return;
      case transferMessageKind.refuse: {
        const refusal = readRefusal(content);
        this.isRefusedBusy = refusal?.code === 'busy';
        this.fail(`${this.options.target} refused: ${refusal?.why ?? 'for no reason that can be read'}`);
        return;
      }
      case transferMessageKind.ack:
        this.#onAck(readTally(content), nowMs);
        return;
      case transferMessageKind.done:
        this.#onDone(readTally(content), nowMs);
        return;
      default:
        this.cancel(`${this.options.target} said something that makes no sense`, nowMs);
    }
  }

  /** Time has passed. */
  tick(nowMs: number): void {
    if (this.isOver) return;
    const { silenceMs } = this.options.limits;
    const isWaiting = this.state === 'asking' || this.state === 'ending' || this.#inFlight.length > 0;
    if (!isWaiting) this.#heardMs = nowMs;
    if (nowMs - this.#heardMs > silenceMs) {
      this.cancel(`${this.options.target} was silent for ${silenceMs} ms`, nowMs);
      return;
    }
    this.pump(nowMs);
    if (nowMs - this.#saidMs > silenceMs / 4) this.#say(transferMessageKind.alive, nothing, nowMs);
  }

  /** Sends what may be sent now. */
  pump(nowMs: number): void {
    if (this.state !== 'sending' && this.state !== 'following') return;
    const { source, budget, pace } = this.options;
    while (this.#inFlightBytes < pace.windowBytes && !source.isExhausted && budget.isOpen(nowMs)) {
      // What follows comes from writes, which have waited already: it must keep up with them.
      if (this.state === 'sending' && !pace.isOpen()) break;
      if (!pace.run(() => this.#sendNext(nowMs))) break;
    }
    if (this.isOver) return;
    if (this.state === 'sending' && source.isExhausted && this.#inFlight.length === 0) {
      this.state = 'ending';
      this.#say(transferMessageKind.end, tallyContent(this.#sent), nowMs);
    }
  }

  /** Ends this transfer, and tells the receiver. */
  cancel(reason: string, nowMs: number): void {
    if (this.isOver) return;
    this.#say(transferMessageKind.cancel, jsonContent({ why: reason.slice(0, 500) }), nowMs);
    this.fail(reason);
  }

  /** Ends this transfer; the receiver knows, or cannot be told. */
  fail(reason: string): void {
    if (this.isOver) return;
    this.state = 'failed';
    this.reason = reason;
    this.#inFlight = [];
    this.options.source.failed();
  }

  /** Sends one chunk; false if there is nothing to send now. */
  #sendNext(nowMs: number): boolean {
    const { source, pace } = this.options;
    const chunk = new ChunkBuilder(pace.chunkBytes);
    try {
      source.fill(chunk);
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) throw error;
      this.cancel(error.message, nowMs);
      return false;
    }
    // Nothing of what was looked at is wanted: the rest is looked at with the next tick.
    if (chunk.count === 0) return false;
    this.#sendChunk(chunk, nowMs);
    return true;
  }

  #onAccept(content: Buffer, nowMs: number): void {
    const accepted = readAccept(content);
    if (accepted === undefined) {
      this.cancel(`${this.options.target} answered something that cannot be read`, nowMs);
      return;
    }
    // A second answer to a message that came twice says nothing new.
    if (this.state !== 'asking') return;
    this.options.source.accepted(accepted.dataId);
    this.state = 'sending';
    this.pump(nowMs);
  }

  #onAck(acked: Tally | undefined, nowMs: number): void {
    const first = this.#inFlight[0];
    // Chunks are acknowledged in their order; an acknowledgement that came twice is of none of these.
    if (acked !== undefined && (first === undefined || acked.number < first.number)) return;
    if (first === undefined || acked === undefined || !isSameTally(acked, first)) {
      this.cancel(`${this.options.target} acknowledged something else than was sent`, nowMs);
      return;
    }
    this.#inFlight.shift();
    this.#inFlightBytes -= first.records.length;
    this.ackedRecords += first.count;
    this.ackedBytes += first.records.length;
    try {
      this.options.source.acknowledged(first.records);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.cancel(`what was sent cannot be deleted here: ${error.message}`, nowMs);
      return;
    }
    this.pump(nowMs);
  }

  #onDone(done: Tally | undefined, nowMs: number): void {
    if (this.state !== 'ending') {
      this.fail(`${this.options.target} confirmed an end that there was not`);
      return;
    }
    if (done === undefined || !isSameTally(done, this.#sent)) {
      this.fail(`${this.options.target} has received something else than was sent`);
      return;
    }
    const { following } = this.options;
    if (following === undefined) {
      this.state = 'complete';
      return;
    }
    this.state = 'following';
    this.#mark = following.mark();
    this.pump(nowMs);
  }

  /** Ends a transfer that follows: the receiver owns the partition, and nothing is left to send. */
  finish(nowMs: number): void {
    this.#say(transferMessageKind.cancel, jsonContent({ why: 'all is handed over' }), nowMs);
    this.state = 'complete';
  }

  #sendChunk(chunk: ChunkBuilder, nowMs: number): void {
    const records = chunk.bytes;
    const number = this.#sent.number++;
    const digest = this.options.checksum(records);
    this.#sent.count += chunk.count;
    this.#sent.digest = foldDigest(this.#sent.digest, digest);
    this.#inFlight.push({ number, count: chunk.count, digest, records });
    this.#inFlightBytes += records.length;
    this.options.budget.spend(records.length);
    const header = Buffer.allocUnsafe(chunkHeaderBytes);
    header.writeUInt32BE(number, 0);
    header.writeUInt32BE(chunk.count, 4);
    this.#say(transferMessageKind.chunk, Buffer.concat([header, records]), nowMs);
  }

  #say(kind: number, content: Buffer, nowMs: number): void {
    this.#saidMs = nowMs;
    const { position, id, life, send } = this.options;
    send({ kind, position, id, life, content });
  }
}

function isSameTally(a: Tally, b: Tally): boolean {
  return a.number === b.number && a.count === b.count && a.digest === b.digest;
}

const nothing = Buffer.alloc(0);
