/**
 * The changes that this node has passed on to the member through which those of their key go, and that have not
 * been answered. A change whose member is lost, or does not answer in time, may have been made.
 */
import type { ByteRange } from '../byte-range.js';
import type { RequestRef } from '../link/index.js';
import type { UpdateAsk, UpdateOutcome } from './update-ask.js';

export interface ForwardedUpdatesOptions {
  /** Passes a change on; what was passed may be lost. */
  sendUpdate(member: number, ref: RequestRef, key: ByteRange, ask: UpdateAsk): void;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly timeoutMs: number;
  /** Changes that may be with others at once. */
  readonly updatesMax: number;
}

interface Forwarded {
  readonly member: number;
  readonly deadlineMs: number;
  readonly done: (outcome: UpdateOutcome) => void;
}

export class ForwardedUpdates {
  readonly #options: ForwardedUpdatesOptions;
  readonly #waiting = new Map<number, Forwarded>();
  readonly #generation: number;
  #nextSlot = 0;

  constructor(options: ForwardedUpdatesOptions) {
    this.#options = options;
    this.#generation = Math.floor(options.random() * 0x1_0000_0000);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  send(member: number, key: ByteRange, ask: UpdateAsk, done: (outcome: UpdateOutcome) => void): void {
    const { sendUpdate, nowMs, timeoutMs, updatesMax } = this.#options;
    if (this.#waiting.size >= updatesMax) {
      const message = `${updatesMax} changes are waiting, the most this node allows; nothing was done.`;
      done({ kind: 'failed', code: 'busy', message });
      return;
    }
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) >>> 0;
    this.#waiting.set(slot, { member, deadlineMs: nowMs() + timeoutMs, done });
    sendUpdate(member, { slot, generation: this.#generation }, key, ask);
  }

  /** A member has answered; late and unasked answers are dropped. */
  onReply(member: number, { slot, generation }: RequestRef, outcome: UpdateOutcome): void {
    const found = generation === this.#generation ? this.#waiting.get(slot) : undefined;
    if (found?.member !== member) return;
    this.#waiting.delete(slot);
    found.done(outcome);
  }

  memberDown(member: number): void {
    for (const [slot, forwarded] of [...this.#waiting])
      if (forwarded.member === member) this.#giveUp(slot, forwarded, 'is lost');
  }

  tick(nowMs: number): void {
    for (const [slot, forwarded] of this.#waiting) {
      // In the order of their deadlines.
      if (forwarded.deadlineMs > nowMs) return;
      this.#giveUp(slot, forwarded, 'has not answered in time');
    }
  }

  #giveUp(slot: number, { done }: Forwarded, why: string): void {
    this.#waiting.delete(slot);
    const message = `the member through which changes of the key go ${why}; the write may take effect.`;
    done({ kind: 'failed', code: 'uncertain', message });
  }
}
