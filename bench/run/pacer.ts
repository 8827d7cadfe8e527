// Wakes a load thread at the moment that the schedule names. A timer of Node.js is good to a millisecond or two, so
// the last stretch is waited through by turning the event loop, which looks at the sockets at every turn: replies
// are read as promptly as ever. Turning costs a processor; `spins: false` waits with timers alone, and operations
// start up to about a millisecond late, which the schedule lag shows.

/** The thread stays in a turn for this long: a turn leaves a little garbage, and at full speed that is 50 MB a second. */
const turnUsMin = 8;
/** A timer is trusted to fire no later than this after it was due. */
const timerSlackUs = 1500;

export interface PacerOptions {
  nowUs(): number;
  /** Calls back after the sockets have been looked at once. */
  onNextTurn(callback: () => void): void;
  /** Calls back after so many milliseconds; gives what cancels it. */
  onTimer(ms: number, callback: () => void): () => void;
  spins: boolean;
  /** The moment has come. */
  onDue(): void;
}

export class Pacer {
  readonly #options: PacerOptions;
  readonly #turn = (): void => this.#onTurn();
  #dueUs = Number.POSITIVE_INFINITY;
  #isTurning = false;
  #cancelTimer: (() => void) | undefined;
  /** For what moment the timer is set. */
  #timerDueUs = Number.POSITIVE_INFINITY;
  /** The last turn, and whether the time since then was spent on something else than waiting. */
  #turnedAtUs = 0;
  #isInterrupted = false;
  #waitedUs = 0;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  /** Microseconds spent turning so far with nothing else to do. */
  get waitedUs(): number {
    return this.#waitedUs;
  }

  /** `onDue` is to be called at `dueUs`, and no more at a moment named before; Infinity for not at all. */
  arm(dueUs: number): void {
    if (dueUs === this.#dueUs && (this.#isTurning || this.#cancelTimer !== undefined)) return;
    this.#dueUs = dueUs;
    // The next turn sees the new moment by itself.
    if (!this.#isTurning) this.#wait(this.#options.nowUs());
  }

  /** The thread did something else than waiting since the last turn. */
  interrupted(): void {
    this.#isInterrupted = true;
  }

  #wait(nowUs: number): void {
    if (this.#dueUs === Number.POSITIVE_INFINITY) {
      this.#clearTimer();
      return;
    }
    const untilUs = this.#dueUs - nowUs;
    if (this.#options.spins && untilUs < timerSlackUs + 1000) {
      this.#clearTimer();
      this.#isTurning = true;
      this.#isInterrupted = false;
      this.#turnedAtUs = nowUs;
      this.#options.onNextTurn(this.#turn);
      return;
    }
    if (this.#cancelTimer !== undefined && this.#timerDueUs === this.#dueUs) return;
    this.#clearTimer();
    const ms = this.#options.spins ? Math.floor((untilUs - timerSlackUs) / 1000) : Math.ceil(untilUs / 1000);
    this.#timerDueUs = this.#dueUs;
    this.#cancelTimer = this.#options.onTimer(Math.max(1, ms), () => {
      this.#cancelTimer = undefined;
      this.#check(this.#options.nowUs());
    });
  }

  #onTurn(): void {
    const untilUs = Math.min(this.#turnedAtUs + turnUsMin, this.#dueUs);
    let nowUs = this.#options.nowUs();
    while (!this.#isInterrupted && nowUs < untilUs) nowUs = this.#options.nowUs();
    if (!this.#isInterrupted) this.#waitedUs += nowUs - this.#turnedAtUs;
    this.#isTurning = false;
    this.#check(nowUs);
  }

  #check(nowUs: number): void {
    if (nowUs < this.#dueUs) {
      this.#wait(nowUs);
      return;
    }
    this.#dueUs = Number.POSITIVE_INFINITY;
    this.#options.onDue();
  }

  #clearTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
