/**
 * Tells each different event once in a while: what strangers can cause as often as they like must not fill the disk.
 * An event that was told within the last while is counted, and the count told with the next one.
 */
import type { LogEvent } from '../node/index.js';

/** The same event is told this often at most. */
const againMs = 10_000;
/** Different events that are remembered; beyond, all are forgotten. */
const eventsMax = 256;

export class ThinnedLog {
  readonly #told = new Map<string, { atMs: number; untold: number }>();
  readonly #write: (event: LogEvent) => void;
  readonly #nowMs: () => number;

  constructor(write: (event: LogEvent) => void, nowMs: () => number = () => performance.now()) {
    this.#write = write;
    this.#nowMs = nowMs;
  }

  log(event: LogEvent): void {
    const key = JSON.stringify(event);
    const nowMs = this.#nowMs();
    const former = this.#told.get(key);
    if (former !== undefined && nowMs - former.atMs < againMs) {
      former.untold++;
      return;
    }
    if (this.#told.size >= eventsMax) this.#told.clear();
    this.#told.set(key, { atMs: nowMs, untold: 0 });
    this.#write(former === undefined || former.untold === 0 ? event : { ...event, untold: former.untold });
  }
}
