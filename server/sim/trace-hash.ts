/**
 * The hash of all that happened in a run, in order. Two runs of one seed must give the same; a difference means
 * that something depends on more than the seed.
 */
import { hashText } from './random-stream.js';

export class TraceHash {
  #low = 0x811c9dc5 | 0;
  #high = 0x01000193;
  #events = 0;

  /** Events that were folded in. */
  get events(): number {
    return this.#events;
  }

  add(a: number, b: number): void {
    this.#low = Math.imul(this.#low ^ a, 0x01000193);
    this.#high = Math.imul((this.#high ^ b) + (this.#low >>> 7), 0x85ebca6b);
    this.#events++;
  }

  addText(text: string): void {
    this.add(hashText(text, 0x811c9dc5), text.length);
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return [this.#high, this.#low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
