/**
 * How many bytes may be sent now at a rate in bytes per second: a token bucket that holds a tenth of a second.
 * What is sent may exceed the budget once, and is paid back before anything else is sent, so a chunk of any size
 * goes through.
 */

const holdSeconds = 0.1;

export class ByteBudget {
  #bytesPerSecond: number;
  #tokens: number;
  #atMs: number;

  /** A rate of 0 is no limit. */
  constructor(bytesPerSecond: number, nowMs: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#tokens = bytesPerSecond * holdSeconds;
    this.#atMs = nowMs;
  }

  setRate(bytesPerSecond: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#bytesPerSecond = bytesPerSecond;
    this.#tokens = Math.min(this.#tokens, bytesPerSecond * holdSeconds);
  }

  /** Whether something may be sent. */
  isOpen(nowMs: number): boolean {
    if (this.#bytesPerSecond === 0) return true;
    this.#refill(nowMs);
    return this.#tokens > 0;
  }

  spend(bytes: number): void {
    if (this.#bytesPerSecond > 0) this.#tokens -= bytes;
  }

  #refill(nowMs: number): void {
    const rate = this.#bytesPerSecond;
    this.#tokens = Math.min(rate * holdSeconds, this.#tokens + ((nowMs - this.#atMs) / 1000) * rate);
    this.#atMs = nowMs;
  }
}
