/**
 * Keeps what the clock may issue below what the store knows of: a node that is started again, with its wall
 * clock set back, then issues versions above all of its former ones. The store is told ahead of time, once a
 * second; while it has not noted it, the clock stands still at its ceiling, and counts.
 */
import { type HybridClock, maxSkewMsDefault } from '../object/index.js';
import type { NodeStore } from '../storage/index.js';

/** So far ahead of the clock a reservation goes, and at so much left the next one is made. */
const aheadMs = 1500;
const leftMsMin = 500;
/** A clock at its ceiling may be drawn above it by others, and by its counter: at most so far. */
const marginMs = maxSkewMsDefault + 100;
const retryTicks = 40;

/** What is to be reserved when the wall clock and the clock have come so far. */
export function clockReservation(latestMs: number): number {
  return Math.ceil(latestMs) + aheadMs + marginMs;
}

export class ClockReserve {
  readonly #clock: HybridClock;
  readonly #store: NodeStore;
  #isReserving = false;
  #ticksToWait = 0;

  constructor(clock: HybridClock, store: NodeStore) {
    this.#clock = clock;
    this.#store = store;
    clock.ceilingMs = store.clockCeilingMs - marginMs;
  }

  /** To be called every few milliseconds. */
  tick(wallMs: number): void {
    const clock = this.#clock;
    const latestMs = Math.max(wallMs, clock.latestMs);
    if (this.#ticksToWait-- > 0 || this.#isReserving || clock.ceilingMs - latestMs >= leftMsMin) return;
    const reservedMs = clockReservation(latestMs);
    this.#isReserving = true;
    this.#store.reserveClock(reservedMs, (error) => {
      this.#isReserving = false;
      // A full disk may have room again; a store that has failed for good says so itself.
      if (error !== undefined) this.#ticksToWait = retryTicks;
      else clock.ceilingMs = reservedMs - marginMs;
    });
  }
}
