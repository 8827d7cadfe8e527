/**
 * What this node has asked of other members and not been answered yet: a text each way, over the links. Each
 * asker is called back once: with the answer, or with why there is none.
 */
import type { FrameWriter, RequestRef } from '../../link/index.js';

export type AskResult =
  | { readonly kind: 'answered'; readonly text: string }
  /** `isSent` says whether the other may have heard it. */
  | { readonly kind: 'failed'; readonly why: string; readonly isSent: boolean };

export interface MemberAsksOptions {
  asksMax: number;
  timeoutMs: number;
  nowMs: () => number;
  random: () => number;
  isOpenTo(member: number): boolean;
  framesTo(member: number): FrameWriter;
}

interface Waiting {
  readonly member: number;
  readonly deadlineMs: number;
  readonly done: (result: AskResult) => void;
}

export class MemberAsks {
  readonly #options: MemberAsksOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Of this life of the node: late answers to a former one match nothing. */
  readonly #generation: number;
  #nextSlot = 0;

  constructor(options: MemberAsksOptions) {
    this.#options = options;
    this.#generation = Math.floor(options.random() * 0x1_0000_0000);
  }

  ask(member: number, text: string, done: (result: AskResult) => void): void {
    const { asksMax, timeoutMs, nowMs, isOpenTo, framesTo } = this.#options;
    if (!isOpenTo(member)) {
      done({ kind: 'failed', why: 'it cannot be reached', isSent: false });
    } else if (this.#waiting.size >= asksMax) {
      done({ kind: 'failed', why: `${asksMax} such requests wait already`, isSent: false });
    } else {
      const slot = this.#nextSlot;
      this.#nextSlot = (slot + 1) >>> 0;
      this.#waiting.set(slot, { member, deadlineMs: nowMs() + timeoutMs, done });
      framesTo(member).ask({ slot, generation: this.#generation }, text);
    }
  }

  onAnswer(member: number, { slot, generation }: RequestRef, text: string): void {
    const waiting = this.#waiting.get(slot);
    if (waiting === undefined || waiting.member !== member || generation !== this.#generation) return;
    this.#waiting.delete(slot);
    waiting.done({ kind: 'answered', text });
  }

  memberDown(member: number): void {
    this.#fail('its link has ended', (waiting) => waiting.member === member);
  }

  tick(nowMs: number): void {
    this.#fail(
      `it has not answered within ${this.#options.timeoutMs} ms`,
      (waiting) => waiting.deadlineMs <= nowMs,
    );
  }

  #fail(why: string, isOver: (waiting: Waiting) => boolean): void {
    for (const [slot, waiting] of [...this.#waiting]) {
      if (!isOver(waiting)) continue;
      this.#waiting.delete(slot);
      waiting.done({ kind: 'failed', why, isSent: true });
    }
  }
}
