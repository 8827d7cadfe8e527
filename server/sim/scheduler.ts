/**
 * Simulated time: a binary heap of events in the order of their times, those of one time in the order in which
 * they were added. Nothing happens between events, so time costs nothing.
 */
import { TraceHash } from './trace-hash.js';

export class Scheduler {
  nowMs = 0;
  readonly trace = new TraceHash();
  // Parallel arrays: an object per event would be most of the garbage of a run.
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #tags: number[] = [];
  readonly #runs: (() => void)[] = [];
  #order = 0;

  /** Events that wait. */
  get length(): number {
    return this.#times.length;
  }

  /** Runs something `ms` from now. The tag says in the trace what kind of event it is, and of which node. */
  after(ms: number, tag: number, run: () => void): void {
    let at = this.#times.length;
    const time = this.nowMs + (ms > 0 ? ms : 0);
    const order = this.#order++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, time, order, tag, run);
  }

  /** Runs every event up to a time, and makes it that time. */
  runUntil(endMs: number): void {
    while (this.#times.length > 0 && this.#times[0]! <= endMs) this.#runFirst();
    this.nowMs = endMs;
  }

  #runFirst(): void {
    const run = this.#runs[0]!;
    const time = this.#times[0]!;
    this.trace.add(Math.floor(time * 1000) | 0, this.#tags[0]!);
    this.#removeFirst();
    this.nowMs = time;
    run();
  }

  #removeFirst(): void {
    const last = this.#times.length - 1;
    const [time, order, tag, run] = [
      this.#times[last]!,
      this.#orders[last]!,
      this.#tags[last]!,
      this.#runs[last]!,
    ];
    this.#times.length = last;
    this.#orders.length = last;
    this.#tags.length = last;
    this.#runs.length = last;
    if (last === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#isBefore(child + 1, this.#times[child]!, this.#orders[child]!)) child++;
      if (!this.#isBefore(child, time, order)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, time, order, tag, run);
  }

  #isBefore(at: number, time: number, order: number): boolean {
    return this.#times[at]! < time || (this.#times[at] === time && this.#orders[at]! < order);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#orders[to] = this.#orders[from]!;
    this.#tags[to] = this.#tags[from]!;
    this.#runs[to] = this.#runs[from]!;
  }

  #set(at: number, time: number, order: number, tag: number, run: () => void): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#tags[at] = tag;
    this.#runs[at] = run;
  }
}
