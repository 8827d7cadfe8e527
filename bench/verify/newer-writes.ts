// Which writes of a key were certainly newer than a given value, and done: those that were called after the value's
// own write was acknowledged. It needs no agreement on an order of writes that ran at once: those are neither newer
// nor older. The base of every check of sessions and of freshness.
import type { KeyWrites } from './key-writes.js';

export class NewerWrites {
  #writes: KeyWrites | undefined;
  /** Acknowledged writes in the order of their calls, and the earliest acknowledgement from each one on. */
  #calls = new Float64Array(64);
  #acks = new Float64Array(64);
  #earliestAck = new Float64Array(65);
  #count = 0;

  load(writes: KeyWrites): void {
    this.#writes = writes;
    if (this.#calls.length < writes.count) {
      this.#calls = new Float64Array(writes.count * 2);
      this.#acks = new Float64Array(writes.count * 2);
      this.#earliestAck = new Float64Array(writes.count * 2 + 1);
    }
    this.#count = 0;
    // Number 0 is what the key held at first; the others are in the order of their calls already.
    for (let value = 1; value < writes.count; value++) {
      if (writes.return[value] === Number.POSITIVE_INFINITY) continue;
      this.#calls[this.#count] = writes.call[value]!;
      this.#acks[this.#count++] = writes.return[value]!;
    }
    this.#earliestAck[this.#count] = Number.POSITIVE_INFINITY;
    for (let i = this.#count - 1; i >= 0; i--)
      this.#earliestAck[i] = Math.min(this.#acks[i]!, this.#earliestAck[i + 1]!);
  }

  /** When the first newer write than `value` was acknowledged, in microseconds; Infinity if none was. */
  overtakenAtUs(value: number): number {
    return this.#earliestAck[this.#firstAfter(this.#writes!.return[value]!)]!;
  }

  /** How many newer writes than `value` had been acknowledged before a time; counts up to `max`. */
  countBefore(value: number, timeUs: number, max: number): number {
    let found = 0;
    for (let i = this.#firstAfter(this.#writes!.return[value]!); i < this.#count && found < max; i++) {
      if (this.#calls[i]! >= timeUs) break;
      if (this.#acks[i]! < timeUs) found++;
    }
    return found;
  }

  /** The first acknowledged write that was called after a time. */
  #firstAfter(timeUs: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#calls[middle]! <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
