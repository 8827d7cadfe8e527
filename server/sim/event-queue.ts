/** Events in the order of their times, those of one time in the order in which they were added; and a seed. */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class EventQueue {
  nowMs = 0;
  readonly #events: Event[] = [];
  #order = 0;
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to 1 (mulberry32). */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  add(atMs: number, run: () => void): void {
    const event = { atMs, order: this.#order++, run };
    let at = this.#events.length;
    while (at > 0 && isBefore(event, this.#events[at - 1]!)) at--;
    this.#events.splice(at, 0, event);
  }

  /** Runs every event up to a time. */
  runUntil(endMs: number): void {
    for (let event = this.#events[0]; event !== undefined && event.atMs <= endMs; event = this.#events[0]) {
      this.#events.shift();
      this.nowMs = event.atMs;
      event.run();
    }
    this.nowMs = endMs;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
