/**
 * Holds answers back until what they rest on is durable: acknowledgements of writes, and gets that met a record
 * which is not yet. Everything that was held in one turn of the event loop shares one sync, so a disk that
 * takes its time serves 64 writers as fast as one. Answers leave in the order in which they came.
 *
 * An answer is some numbers in typed arrays; only a get that has to wait copies its record, since the storage
 * may have a newer one by then. An answer whose sync failed becomes a failed one: nothing is tried again.
 *
 * A node answers itself the same way as it answers others, so its own vnodes may be slow like any other's.
 */
import assert from 'node:assert/strict';
import { flagFailed, flagUncertain, type RequestRef } from '../link/index.js';
import {
  copyOfRecord,
  emptyRecordView,
  type NodeStore,
  type RecordView,
  StorageError,
} from '../storage/index.js';

/** Where answers go; `member` may be the node itself. */
export interface GatedAnswers {
  putAck(member: number, ref: RequestRef, position: number, flags: number): void;
  getReply(member: number, ref: RequestRef, position: number, flags: number, record: RecordView): void;
}

export interface AckGateLimits {
  /** Answers that are held at once, a power of two. At the limit writes, and gets that would wait, fail. */
  readonly heldAnswersMax: number;
  /** Bytes of the records that held gets have together; beyond, gets that would wait fail. */
  readonly heldBytesMax: number;
}

export const ackGateLimitsDefault: AckGateLimits = {
  heldAnswersMax: 64 * 1024,
  heldBytesMax: 64 * 1024 * 1024,
};

export interface AckGateOptions {
  readonly store: Pick<NodeStore, 'sync'>;
  readonly answers: GatedAnswers;
  /** Asks for a call of `sync` soon, when the events that are already there have been handled. */
  requestSync(): void;
  readonly limits?: AckGateLimits;
}

export class AckGate {
  readonly #options: AckGateOptions;
  readonly #limits: AckGateLimits;
  /** Answers first..next-1 are held; answer i is at i modulo the capacity. */
  #first = 0;
  #next = 0;
  /** A sync has been asked for up to this one. */
  #asked = 0;
  #heldBytes = 0;
  readonly #member: Int32Array;
  readonly #slot: Uint32Array;
  readonly #generation: Uint32Array;
  readonly #position: Int32Array;
  readonly #flags: Uint8Array;
  /** Of a get; undefined for the acknowledgement of a write. */
  readonly #record: (RecordView | undefined)[];
  readonly #ref: RequestRef = { slot: 0, generation: 0 };

  constructor(options: AckGateOptions) {
    const limits = options.limits ?? ackGateLimitsDefault;
    const capacity = limits.heldAnswersMax;
    assert((capacity & (capacity - 1)) === 0, 'a power of two');
    this.#options = options;
    this.#limits = limits;
    this.#member = new Int32Array(capacity);
    this.#slot = new Uint32Array(capacity);
    this.#generation = new Uint32Array(capacity);
    this.#position = new Int32Array(capacity);
    this.#flags = new Uint8Array(capacity);
    this.#record = new Array<RecordView | undefined>(capacity).fill(undefined);
  }

  /** Answers that are held. */
  get count(): number {
    return this.#next - this.#first;
  }

  /** Nothing may be held until some have left. */
  get isFull(): boolean {
    return this.count >= this.#limits.heldAnswersMax || this.#heldBytes > this.#limits.heldBytesMax;
  }

  /** Holds the acknowledgement of a write that was just applied. The gate must not be full. */
  holdPutAck(member: number, ref: RequestRef, position: number, flags: number): void {
    this.#hold(member, ref, position, flags, undefined);
  }

  /** Holds the answer to a get, with a copy of its record. The gate must not be full. */
  holdGetReply(member: number, ref: RequestRef, position: number, flags: number, record: RecordView): void {
    const copy = copyOfRecord(record);
    this.#heldBytes += copy.valueEnd;
    this.#hold(member, ref, position, flags, copy);
  }

  /** One sync for all answers that were held since the last. */
  sync(): void {
    const end = this.#next;
    if (end === this.#asked) return;
    this.#asked = end;
    this.#options.store.sync((error) => this.#settle(end, failureFlags(error)));
  }

  #hold(
    member: number,
    ref: RequestRef,
    position: number,
    flags: number,
    record: RecordView | undefined,
  ): void {
    assert(this.count < this.#limits.heldAnswersMax, 'the gate is full');
    const at = this.#next & (this.#limits.heldAnswersMax - 1);
    this.#member[at] = member;
    this.#slot[at] = ref.slot;
    this.#generation[at] = ref.generation;
    this.#position[at] = position;
    this.#flags[at] = flags;
    this.#record[at] = record;
    if (this.#next++ === this.#asked) this.#options.requestSync();
  }

  #settle(end: number, failure: number): void {
    const { answers } = this.#options;
    const ref = this.#ref;
    while (this.#first < end) {
      const at = this.#first++ & (this.#limits.heldAnswersMax - 1);
      const [member, position] = [this.#member[at]!, this.#position[at]!];
      const flags = this.#flags[at]! | failure;
      const record = this.#record[at];
      ref.slot = this.#slot[at]!;
      ref.generation = this.#generation[at]!;
      if (record === undefined) {
        answers.putAck(member, ref, position, flags);
      } else {
        this.#record[at] = undefined;
        this.#heldBytes -= record.valueEnd;
        answers.getReply(member, ref, position, flags, failure === 0 ? record : noRecord);
      }
    }
  }
}

function failureFlags(error: Error | undefined): number {
  if (error === undefined) return 0;
  // Undone as a whole, or nobody knows.
  return error instanceof StorageError && error.definite ? flagFailed : flagFailed | flagUncertain;
}

const noRecord: RecordView = emptyRecordView();
