// Waits for the next replies without putting the thread to sleep, where that pays. A sleeping thread has to be
// woken by another processor, which on a virtual machine takes longer than a store needs for its answer; the time
// would be counted as the store's. So, while few operations are in flight, the event loop is kept turning for a
// short while after sending. When nothing arrives in that time it was in vain, and twice as many sends pass by
// before it is tried again: a store that is slower than that costs nothing.

/** Turning longer than this costs more than the sleep that it saves. */
const spinUsMax = 150;
/** With more operations in flight there is always something to do, and no sleep to save. */
const inFlightMax = 8;
const passedByMax = 64;

export interface BusyPollOptions {
  nowUs(): number;
  /** Calls back after the sockets have been looked at once. */
  onNextTurn(callback: () => void): void;
}

export class BusyPoll {
  readonly #options: BusyPollOptions;
  readonly #turn = (): void => this.#onTurn();
  #isTurning = false;
  /** Replies have arrived since the last send. */
  #hasArrived = true;
  #startedUs = 0;
  #turnedUs = 0;
  /** Sends to pass by before the next try, and how many to pass by after the next failure. */
  #toPassBy = 0;
  #passBy = 1;

  constructor(options: BusyPollOptions) {
    this.#options = options;
  }

  /** Microseconds spent turning so far, which the thread would have slept through otherwise. */
  get turnedUs(): number {
    return this.#turnedUs;
  }

  arrived(nowUs: number): void {
    if (this.#isTurning && !this.#hasArrived) this.#turnedUs += nowUs - this.#startedUs;
    this.#hasArrived = true;
  }

  /** Operations were sent at `nowUs`; so many are in flight now. */
  sent(nowUs: number, inFlight: number): void {
    if (inFlight > inFlightMax) return;
    if (this.#toPassBy > 0) {
      this.#toPassBy--;
      return;
    }
    this.#hasArrived = false;
    this.#startedUs = nowUs;
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#options.onNextTurn(this.#turn);
  }

  #onTurn(): void {
    if (this.#hasArrived) {
      this.#isTurning = false;
      this.#passBy = 1;
      return;
    }
    const spunUs = this.#options.nowUs() - this.#startedUs;
    if (spunUs < spinUsMax) {
      this.#options.onNextTurn(this.#turn);
      return;
    }
    this.#isTurning = false;
    this.#turnedUs += spunUs;
    this.#toPassBy = this.#passBy;
    this.#passBy = Math.min(2 * this.#passBy, passedByMax);
  }
}
