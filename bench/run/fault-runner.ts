// Does the faults of a plan at their times, and undoes what is to be undone: after its duration, at the end of the run,
// or when the run is interrupted. Faults go on side by side, but joins and leaves wait for one another, as a cluster
// wants it. A fault that fails is told and noted; the run goes on.
import type { PlannedFault } from '../faults/index.js';

/** Takes back what a fault did. */
export type Undo = () => Promise<void>;

export interface FaultActions {
  /** Does it; resolves when it is done, with what takes it back. Rejects with an Error that says why it cannot. */
  perform(fault: PlannedFault, number: number): Promise<Undo | undefined>;
}

/**
 * - done: all of it took place.
 * - cut-short: the run ended before the fault was over; it was undone then.
 * - failed: it could not be done, or not be undone; `message` says why.
 * - not-begun: the run ended before its time.
 */
export type FaultState = 'done' | 'cut-short' | 'failed' | 'not-begun';

export interface FaultOutcome {
  fault: PlannedFault;
  state: FaultState;
  message: string | null;
  /** Milliseconds since the start; `toMs` is null for what was not over by the end. */
  fromMs: number;
  toMs: number | null;
}

export interface FaultRunnerOptions {
  faults: readonly PlannedFault[];
  actions: FaultActions;
  note(line: string): void;
}

export class FaultRunner {
  readonly #options: FaultRunnerOptions;
  readonly #outcomes: FaultOutcome[];
  readonly #ending = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running: Promise<void>[] = [];
  #membership: Promise<void> = Promise.resolve();
  #startedMs = 0;

  constructor(options: FaultRunnerOptions) {
    this.#options = options;
    this.#outcomes = options.faults.map((fault) => ({
      fault,
      state: 'not-begun',
      message: null,
      fromMs: fault.atMs,
      toMs: null,
    }));
  }

  /** The run begins at this reading of `performance.now()`. */
  begin(startedMs: number): void {
    this.#startedMs = startedMs;
    this.#outcomes.forEach((outcome, index) => {
      const waitMs = Math.max(0, outcome.fault.atMs - this.#nowMs());
      this.#timers.push(setTimeout(() => this.#running.push(this.#start(outcome, index)), waitMs));
    });
  }

  /** Begins nothing more, undoes what is still there, and waits for that. Never rejects; may be called again. */
  async end(): Promise<FaultOutcome[]> {
    this.#ending.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
    return this.#outcomes;
  }

  #nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  #start(outcome: FaultOutcome, index: number): Promise<void> {
    if (outcome.fault.kind !== 'join' && outcome.fault.kind !== 'leave') return this.#run(outcome, index);
    this.#membership = this.#membership.then(() => this.#run(outcome, index));
    return this.#membership;
  }

  async #run(outcome: FaultOutcome, index: number): Promise<void> {
    const { actions, note } = this.#options;
    const { fault } = outcome;
    if (this.#ending.signal.aborted) return;
    outcome.fromMs = this.#nowMs();
    note(`At ${(outcome.fromMs / 1000).toFixed(1)} s: ${fault.label}`);
    try {
      const undo = await actions.perform(fault, index + 1);
      if (undo !== undefined) {
        const wasCut = await this.#wait(fault.durationMs);
        await undo();
        outcome.state = wasCut ? 'cut-short' : 'done';
      } else outcome.state = 'done';
      // What nobody takes back lasts to the end.
      const lasts = fault.kind === 'kill' && fault.durationMs === null;
      outcome.toMs = lasts ? null : this.#nowMs();
    } catch (error) {
      outcome.state = this.#ending.signal.aborted ? 'cut-short' : 'failed';
      outcome.message = error instanceof Error ? error.message : String(error);
      outcome.toMs = this.#nowMs();
      if (outcome.state === 'failed') note(`The fault "${fault.label}" failed: ${outcome.message}`);
    }
  }

  /** For the duration (null: until the end), or until the run ends: then true. */
  #wait(durationMs: number | null): Promise<boolean> {
    const { signal } = this.#ending;
    if (signal.aborted) return Promise.resolve(durationMs !== null);
    return new Promise((resolve) => {
      const timer =
        durationMs === null
          ? undefined
          : setTimeout(() => {
              signal.removeEventListener('abort', onEnd);
              resolve(false);
            }, durationMs);
      const onEnd = (): void => {
        clearTimeout(timer);
        resolve(durationMs !== null);
      };
      signal.addEventListener('abort', onEnd, { once: true });
    });
  }
}
