/** Lets the wall clock reach the versions that a former life of the node may have issued. */
import { clockReservation, type LogEvent } from '../node/index.js';
import type { NodeStore } from '../storage/index.js';

/** Other members take versions that are this far ahead of their clocks without a question. */
const aheadMsMax = 250;

/**
 * Waits while versions above all former ones would be ahead of the clocks of the other members, who would refuse
 * them. That is some hundred milliseconds after a crash and none after an orderly end. A clock that is further
 * behind was set back: then the log says so, and nobody waits.
 */
export async function untilClockCaughtUp(
  store: NodeStore | undefined,
  log: (event: LogEvent) => void,
): Promise<void> {
  if (store === undefined) return;
  const aheadMs = store.clockFloorMs - Date.now();
  if (aheadMs > clockReservation(0)) log({ level: 'warn', event: 'clock-set-back', aheadMs });
  else if (aheadMs > aheadMsMax) await new Promise((resolve) => setTimeout(resolve, aheadMs - aheadMsMax));
}
