// What the workers of a run did to which key and what they saw, kept within a fixed memory. When it is full, half of
// the keys are given up, with all that is known of them, and no longer recorded: what is kept of a key is always
// whole, so whatever is found there is so. The history says how many keys it stands for.
import assert from 'node:assert/strict';
import { spreadInteger } from '../random/index.js';

export const kindRead = 0;
export const kindPut = 1;
export const kindDelete = 2;

/** A read that found no value. */
export const sawNothing = -1;

/** Values are named by one number: who wrote it, and which of the writer's puts it was. */
export function valueId(writer: number, sequence: number): number {
  return writer * sequencesMax + sequence;
}

/** A value from before the run, or of somebody else, that a read has seen: below `sawNothing`. */
export function earlierValueId(writer: number, sequence: number): number {
  return -2 - valueId(writer, sequence);
}

/** More puts of one worker than any run has. */
export const sequencesMax = 2 ** 36;

export interface HistoryOperation {
  kind: number;
  worker: number;
  /** A whole number from 0 up that stands for the key. */
  key: number;
  /** What was written or seen. */
  value: number;
  callUs: number;
  /** Infinity when nobody knows whether it took effect. */
  returnUs: number;
}

export class History {
  /** Operations that were offered, those of keys given up included. */
  offered = 0;
  count = 0;
  readonly kind: Uint8Array;
  readonly worker: Uint16Array;
  readonly key: Float64Array;
  readonly value: Float64Array;
  readonly callUs: Float64Array;
  readonly returnUs: Float64Array;
  readonly #capacity: number;
  #mask = 0;

  /** Takes about 35 bytes for each of `operationsMax`. */
  constructor(operationsMax: number) {
    assert(Number.isInteger(operationsMax) && operationsMax >= 2, 'a history holds two operations at least');
    this.#capacity = operationsMax;
    this.kind = new Uint8Array(operationsMax);
    this.worker = new Uint16Array(operationsMax);
    this.key = new Float64Array(operationsMax);
    this.value = new Float64Array(operationsMax);
    this.callUs = new Float64Array(operationsMax);
    this.returnUs = new Float64Array(operationsMax);
  }

  /** One in so many keys is recorded: a power of two. */
  get sampledOneIn(): number {
    return this.#mask + 1;
  }

  isRecorded(key: number): boolean {
    return (spreadInteger(key) & this.#mask) === 0;
  }

  add(operation: HistoryOperation): void {
    this.offered++;
    while (this.count === this.#capacity && this.#mask < 0x3fff_ffff) this.#giveUpHalf();
    if (this.count === this.#capacity || !this.isRecorded(operation.key)) return;
    const at = this.count++;
    this.kind[at] = operation.kind;
    this.worker[at] = operation.worker;
    this.key[at] = operation.key;
    this.value[at] = operation.value;
    this.callUs[at] = operation.callUs;
    this.returnUs[at] = operation.returnUs;
  }

  /** Keeps those of the keys whose hash has one more bit at zero. */
  #giveUpHalf(): void {
    this.#mask = this.#mask * 2 + 1;
    let kept = 0;
    for (let at = 0; at < this.count; at++) {
      if (!this.isRecorded(this.key[at]!)) continue;
      this.kind[kept] = this.kind[at]!;
      this.worker[kept] = this.worker[at]!;
      this.key[kept] = this.key[at]!;
      this.value[kept] = this.value[at]!;
      this.callUs[kept] = this.callUs[at]!;
      this.returnUs[kept] = this.returnUs[at]!;
      kept++;
    }
    this.count = kept;
  }
}
