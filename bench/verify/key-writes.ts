// The values of one key: for each the operation that wrote it, and what the reads that saw it tell. Reused from key
// to key, so that a million keys allocate no more than the largest of them.
import { type History, kindPut, kindRead, sawNothing } from './history.js';

/** The value that the key held before the run. */
export const initialValue = 0;

/** A read of a value that nobody wrote (a phantom), or that was read before it was written. */
export type ReadMistake = 'never written' | 'read before it was written';

export class KeyWrites {
  /** Values; number 0 is what the key held at first, the others in the order of their calls. */
  count = 0;
  hasDeletes = false;
  readonly #numbers = new Map<number, number>();
  /** By value: its write's call and return; when the first operation on it returned and the last one was called. */
  call = new Float64Array(64);
  return = new Float64Array(64);
  first = new Float64Array(64);
  last = new Float64Array(64);
  reads = new Int32Array(64);
  /** By place in the history: the number of a delete, which has no value to know it by. */
  readonly #deleteNumbers = new Map<number, number>();
  /** Calls of the deletes in their order, and the number of the one up to each that returned last. */
  readonly #deleteCalls: number[] = [];
  readonly #lastEmptied: number[] = [];
  /** What a read of the first value saw: nothing, or a value from before the run. NaN until there is one. */
  #initialId = Number.NaN;

  /** Takes in the operations `order[from..to)` of one key, sorted by call. `onMistake` gets reads that cannot be. */
  load(
    history: History,
    order: Int32Array,
    from: number,
    to: number,
    onMistake: (operation: number, mistake: ReadMistake) => void,
  ): void {
    this.#numbers.clear();
    this.hasDeletes = false;
    this.#initialId = Number.NaN;
    this.#deleteNumbers.clear();
    this.#deleteCalls.length = 0;
    this.#lastEmptied.length = 0;
    this.count = 0;
    this.#add(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const { kind, value, callUs, returnUs } = history;
    for (let i = from; i < to; i++) {
      const at = order[i]!;
      if (kind[at] === kindRead) continue;
      const number = this.#add(callUs[at]!, returnUs[at]!);
      if (kind[at] === kindPut) this.#numbers.set(value[at]!, number);
      else this.#noteDelete(at, number);
    }
    for (let i = from; i < to; i++) {
      const at = order[i]!;
      if (kind[at] !== kindRead || (this.hasDeletes && value[at] === sawNothing)) continue;
      const number = this.numberOf(value[at]!);
      if (number < 0) onMistake(at, 'never written');
      else if (returnUs[at]! < this.call[number]!) onMistake(at, 'read before it was written');
      else {
        this.first[number] = Math.min(this.first[number]!, returnUs[at]!);
        this.last[number] = Math.max(this.last[number]!, callUs[at]!);
        this.reads[number]! += 1;
      }
    }
  }

  /** The number of the value that a read saw, or -1 if it was never written. */
  numberOf(id: number): number {
    if (id > sawNothing) return this.#numbers.get(id) ?? -1;
    // What the key held at first is not known; the first read of it tells, and the others must agree.
    if (Number.isNaN(this.#initialId)) this.#initialId = id;
    return id === this.#initialId ? initialValue : -1;
  }

  /** The number of the put or delete at a place of the history. */
  numberOfWrite(at: number, id: number): number {
    return id > sawNothing ? this.#numbers.get(id)! : this.#deleteNumbers.get(at)!;
  }

  /**
   * Of all that a read which found nothing by `timeUs` may have seen (what the key held at first, and deletes that had been
   * called), the one that was over last: nothing that this one does not show to be wrong can be shown at all. -1 if the key
   * held a value at first and no delete had been called.
   */
  emptiedBefore(timeUs: number): number {
    if (!this.hasDeletes) return this.numberOf(sawNothing);
    let [low, high] = [0, this.#deleteCalls.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#deleteCalls[middle]! <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? initialValue : this.#lastEmptied[low - 1]!;
  }

  #noteDelete(at: number, number: number): void {
    this.hasDeletes = true;
    this.#deleteNumbers.set(at, number);
    const before = this.#lastEmptied.at(-1);
    this.#deleteCalls.push(this.call[number]!);
    const isLast = before === undefined || this.return[number]! >= this.return[before]!;
    this.#lastEmptied.push(isLast ? number : before);
  }

  /** Whether a write took effect for certain: it was acknowledged, or somebody saw it. */
  isCertain(number: number): boolean {
    return this.return[number] !== Number.POSITIVE_INFINITY || this.reads[number]! > 0;
  }

  #add(call: number, returned: number): number {
    const number = this.count++;
    if (number === this.call.length) this.#grow();
    this.call[number] = call;
    this.return[number] = returned;
    this.first[number] = returned;
    this.last[number] = call;
    this.reads[number] = 0;
    return number;
  }

  #grow(): void {
    const larger = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const array = new Float64Array(old.length * 2);
      array.set(old);
      return array;
    };
    this.call = larger(this.call);
    this.return = larger(this.return);
    this.first = larger(this.first);
    this.last = larger(this.last);
    const reads = new Int32Array(this.reads.length * 2);
    reads.set(this.reads);
    this.reads = reads;
  }
}
