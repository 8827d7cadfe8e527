/**
 * Whether a node has requests to answer, so that its transfers give way: it counts what asks for work (chunks of
 * clients, messages of other nodes) in spans of a tenth of a second.
 */

const spanMs = 100;
/** A monitor that looks every now and then is no load. */
const eventsMin = 10;

export class RequestLoad {
  /** Raised by each piece of work that somebody waits for. */
  events = 0;
  isBusy = false;
  #untilMs = 0;

  /** To be called every few milliseconds. */
  tick(nowMs: number): void {
    // One span that was cut short by a pause of the process would look like a calm one.
    if (this.events >= eventsMin) this.isBusy = true;
    if (nowMs < this.#untilMs) return;
    this.isBusy = this.events >= eventsMin;
    this.events = 0;
    this.#untilMs = nowMs + spanMs;
  }
}
