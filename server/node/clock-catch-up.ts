/**
 * Lets the wall clock reach the versions that a former life of the node may have issued. What it issues before
 * lies ahead of the clocks of the other members, who refuse what is too far ahead: so until then it takes no
 * writes of clients, who wait, and does all else. That takes a second or two when a node is started again at once,
 * and no time after an orderly end. A clock that is further behind was set back: the log says so, and nobody waits.
 */
import { clockReservation } from './clock-reserve.js';
import type { Environment } from './environment.js';

/** Other members take versions that are this far ahead of their clocks without a question. */
const aheadMsMax = 250;

export interface ClockCatchUpOptions {
  environment: Environment;
  /** Versions are issued above this time. */
  floorMs: number;
  wallMs: number;
  /** There are other members. */
  hasFellows: boolean;
}

export class ClockCatchUp {
  /** Whether writes of clients must wait. */
  isWaiting = false;
  readonly #untilMs: number;

  constructor({ environment, floorMs, wallMs, hasFellows }: ClockCatchUpOptions) {
    const aheadMs = floorMs - wallMs;
    this.#untilMs = environment.nowMs() + aheadMs - aheadMsMax;
    if (!hasFellows || aheadMs <= aheadMsMax) return;
    this.isWaiting = aheadMs <= clockReservation(0);
    if (!this.isWaiting) environment.log({ level: 'warn', event: 'clock-set-back', aheadMs });
    else environment.log({ level: 'info', event: 'writes-wait-for-clock', ms: aheadMs - aheadMsMax });
  }

  /** To be called every few milliseconds; true once, when writes need not wait any more. */
  tick(nowMs: number): boolean {
    if (!this.isWaiting || nowMs < this.#untilMs) return false;
    this.isWaiting = false;
    return true;
  }
}
