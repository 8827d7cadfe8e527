// Idle workers by the moment at which each is due, the earliest first: a binary heap in typed arrays.

export class DueHeap {
  readonly #workers: Int32Array;
  readonly #dueUs: Float64Array;
  #count = 0;

  constructor(workers: number) {
    this.#workers = new Int32Array(workers);
    this.#dueUs = new Float64Array(workers);
  }

  /** Of the earliest; Infinity when the heap is empty. */
  get nextUs(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.#dueUs[0]!;
  }

  /** The earliest worker; there must be one. */
  get first(): number {
    return this.#workers[0]!;
  }

  push(worker: number, dueUs: number): void {
    let at = this.#count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#dueUs[above]! <= dueUs) break;
      this.#move(above, at);
      at = above;
    }
    this.#workers[at] = worker;
    this.#dueUs[at] = dueUs;
  }

  /** Takes the earliest out; there must be one. */
  pop(): number {
    const first = this.#workers[0]!;
    const last = --this.#count;
    const worker = this.#workers[last]!;
    const dueUs = this.#dueUs[last]!;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= last) break;
      if (below + 1 < last && this.#dueUs[below + 1]! < this.#dueUs[below]!) below++;
      if (this.#dueUs[below]! >= dueUs) break;
      this.#move(below, at);
      at = below;
    }
    this.#workers[at] = worker;
    this.#dueUs[at] = dueUs;
    return first;
  }

  #move(from: number, to: number): void {
    this.#workers[to] = this.#workers[from]!;
    this.#dueUs[to] = this.#dueUs[from]!;
  }
}
