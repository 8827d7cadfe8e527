/** When to try again what has failed: after waits that double, half of each by chance. */
import type { HandoffLimits } from './handoff-limits.js';

interface Wait {
  readonly untilMs: number;
  readonly lengthMs: number;
}

export class RetrySchedule {
  readonly #limits: Pick<HandoffLimits, 'retryFirstMs' | 'retryLastMs'>;
  readonly #random: () => number;
  readonly #waits = new Map<string, Wait>();

  constructor(limits: Pick<HandoffLimits, 'retryFirstMs' | 'retryLastMs'>, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  isDue(what: string, nowMs: number): boolean {
    const wait = this.#waits.get(what);
    return wait === undefined || nowMs >= wait.untilMs;
  }

  /** It failed: it is due again after a wait, twice as long as the last one. */
  failed(what: string, nowMs: number): void {
    const { retryFirstMs, retryLastMs } = this.#limits;
    const before = this.#waits.get(what);
    const lengthMs = before === undefined ? retryFirstMs : Math.min(before.lengthMs * 2, retryLastMs);
    this.#waits.set(what, { untilMs: nowMs + lengthMs * (0.5 + this.#random() / 2), lengthMs });
  }

  /** It could not be taken now, and nothing is wrong: it is due again after a short wait. */
  postponed(what: string, nowMs: number): void {
    const { retryFirstMs } = this.#limits;
    this.#waits.set(what, {
      untilMs: nowMs + retryFirstMs * (0.5 + this.#random() / 2),
      lengthMs: retryFirstMs,
    });
  }

  /** Forgets the waits of all that `isMeant`. */
  forget(isMeant: (what: string) => boolean): void {
    for (const what of this.#waits.keys()) if (isMeant(what)) this.#waits.delete(what);
  }
}
