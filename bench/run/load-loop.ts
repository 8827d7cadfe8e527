// What the two load loops have in common: when windows end, when the run ends, and which operation has taken
// too long. One timer serves all of it, so that a store that answers nothing still gets its rows.
import type { LoadClock } from './load-clock.js';
import { type LoadPlan, plannedMs } from './load-plan.js';
import type { WindowRecorder } from './window-recorder.js';

export type LoopEnd = 'completed' | 'all-workers-stopped' | 'shutdown-on-error' | 'crashed';

/**
 * What was due before the end still starts this long after it, when it had to wait for a worker: it is part of what was
 * offered, and the slowest part. What is still waiting then is counted as backlog.
 */
const drainUsMax = 1_000_000;
/** How often timeouts are looked for; an operation is given up at most this much late. */
const timeoutCheckMs = 50;

export interface LoadLoopOptions {
  plan: LoadPlan;
  clock: LoadClock;
  recorder: WindowRecorder;
  /** Called once, when nothing is in flight any more. */
  onEnd(end: LoopEnd): void;
}

export interface LoadLoopHooks {
  /** The worker's operation has taken longer than the timeout. */
  expire(worker: number): void;
  /** The end of the run has passed: starts what was due before it. True when it is not done, and calls again by itself. */
  drain(): boolean;
}

export class LoadLoop {
  /** The last reading of the clock; completions carry it. */
  nowUs = 0;
  endUs: number;
  inFlight = 0;
  /** The start of each worker's operation in flight; Infinity when it has none. */
  readonly startedUs: Float64Array;
  readonly #options: LoadLoopOptions;
  readonly #hooks: LoadLoopHooks;
  #end: LoopEnd = 'completed';
  #isEnded = false;
  #drainUntilUs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LoadLoopOptions, hooks: LoadLoopHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.endUs = plannedMs(options.plan) * 1000;
    this.#drainUntilUs = this.endUs + drainUsMax;
    this.startedUs = new Float64Array(options.plan.workerIds.length).fill(Number.POSITIVE_INFINITY);
  }

  begin(): void {
    this.readClock();
    this.#arm();
  }

  /** Reads the clock and ends the window when its boundary has passed. */
  readClock(): void {
    this.nowUs = this.#options.clock.nowUs();
    // The last window stays open until the operations in flight at the end have finished.
    if (this.nowUs >= this.#options.recorder.boundaryUs && this.#options.recorder.boundaryUs < this.endUs) {
      this.#options.recorder.close(this.nowUs, false);
    }
  }

  get isEnding(): boolean {
    return this.nowUs >= this.endUs;
  }

  /** No operation starts from now on. */
  stop(end: LoopEnd): void {
    if (this.isEnding) return;
    this.#end = end;
    this.readClock();
    this.endUs = this.nowUs;
    this.#drainUntilUs = this.nowUs;
    this.finishWhenIdle();
  }

  /** Counts a failure against `shutdownOnError`. */
  failed(isCrash: boolean): void {
    if (this.#options.plan.shutdownOnError) this.stop(isCrash ? 'crashed' : 'shutdown-on-error');
  }

  finishWhenIdle(): void {
    if (this.#isEnded) return;
    if (this.nowUs < this.#drainUntilUs && this.#hooks.drain()) return;
    if (this.inFlight > 0 || this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#options.recorder.close(Math.max(this.nowUs, this.#options.clock.nowUs()), true);
    this.#options.onEnd(this.#end);
  }

  #arm(): void {
    const boundaryUs = Math.min(this.#options.recorder.boundaryUs, this.isEnding ? Infinity : this.endUs);
    const untilBoundaryMs = (boundaryUs - this.#options.clock.nowUs()) / 1000;
    // A timer may fire a little early; waking just before the boundary would cost one more turn.
    const waitMs = Math.min(timeoutCheckMs, Math.max(1, Math.ceil(untilBoundaryMs)));
    this.#timer = setTimeout(() => this.#tick(), waitMs);
  }

  #tick(): void {
    this.readClock();
    const startedBeforeUs = this.nowUs - this.#options.plan.timeoutMs * 1000;
    for (let worker = 0; worker < this.startedUs.length; worker++) {
      if (this.startedUs[worker]! < startedBeforeUs) this.#hooks.expire(worker);
    }
    if (this.isEnding) this.finishWhenIdle();
    if (!this.#isEnded) this.#arm();
  }
}
