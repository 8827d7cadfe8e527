// Brings the windows of all load threads together: a row of the CSV files is complete when every thread has
// reported up to its boundary. Threads share the boundaries, so nothing is interpolated or averaged.
import type { WindowReport } from './load-plan.js';

export interface MergedWindow {
  /** Milliseconds since the start of the run; the row covers fromMs to toMs and rows do not overlap. */
  fromMs: number;
  toMs: number;
  /** What each thread reported; a thread that was held up beyond the boundary has none here. */
  parts: WindowReport[];
}

export class WindowMerger {
  readonly #onWindow: (window: MergedWindow) => void;
  /** The newest boundary that each thread has reported; Infinity after its last window. */
  readonly #reached: number[];
  readonly #waiting = new Map<number, WindowReport[]>();
  #lastToMs = 0;

  constructor(threads: number, onWindow: (window: MergedWindow) => void) {
    this.#onWindow = onWindow;
    this.#reached = Array.from({ length: threads }, () => 0);
  }

  add(thread: number, report: WindowReport): void {
    const parts = this.#waiting.get(report.index);
    if (parts === undefined) this.#waiting.set(report.index, [report]);
    else parts.push(report);
    this.#reached[thread] = report.isLast ? Number.POSITIVE_INFINITY : report.index;
    this.#emitUpTo(Math.min(...this.#reached));
  }

  /** Gives out what is still waiting, after a thread has died. */
  flush(): void {
    this.#emitUpTo(Number.POSITIVE_INFINITY);
  }

  #emitUpTo(reached: number): void {
    const complete = [...this.#waiting.keys()].filter((index) => index <= reached).sort((a, b) => a - b);
    for (const index of complete) {
      const parts = this.#waiting.get(index)!;
      this.#waiting.delete(index);
      const toMs = Math.max(this.#lastToMs, ...parts.map((part) => part.toMs));
      this.#onWindow({ fromMs: this.#lastToMs, toMs, parts });
      this.#lastToMs = toMs;
    }
  }
}
