/**
 * What this node has asked of other members and not been answered yet: a text each way, over the links. Each
 * asker is called back once: with the answer, or with why there is none.
 *
 * A member answers on its own link to this node, so nothing is asked of it before both links are open; for a
 * member that has joined just now, or been started again, they are opened in a moment.
 */
import type { FrameWriter, RequestRef } from '../../link/index.js';

export type AskResult =
  | { readonly kind: 'answered'; readonly text: string }
  /** `isSent` says whether the other may have heard it. */
  | { readonly kind: 'failed'; readonly why: string; readonly isSent: boolean };

export interface MemberAsksOptions {
  asksMax: number;
  /** An answer must come within this time of the question. */
  timeoutMs: number;
  /** Who has been down for this long is not waited for. */
  reachMs: number;
  nowMs: () => number;
  random: () => number;
  /** For how long a member has been down, in milliseconds; 0 while it is up. */
  downMs(member: number): number;
  framesTo(member: number): FrameWriter;
}

const unreached: AskResult = { kind: 'failed', why: 'it cannot be reached', isSent: false };

interface Waiting {
  readonly member: number;
  readonly text: string;
  readonly done: (result: AskResult) => void;
  isSent: boolean;
  deadlineMs: number;
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
    const { asksMax, reachMs, nowMs, downMs } = this.#options;
    if (downMs(member) >= reachMs) {
      done(unreached);
    } else if (this.#waiting.size >= asksMax) {
      done({ kind: 'failed', why: `${asksMax} such requests wait already`, isSent: false });
    } else {
      const slot = this.#nextSlot;
      this.#nextSlot = (slot + 1) >>> 0;
      const waiting: Waiting = { member, text, done, isSent: false, deadlineMs: nowMs() + reachMs };
      this.#waiting.set(slot, waiting);
      if (downMs(member) === 0) this.#send(slot, waiting);
    }
  }

  onAnswer(member: number, { slot, generation }: RequestRef, text: string): void {
    const waiting = this.#waiting.get(slot);
    if (waiting === undefined || waiting.member !== member || generation !== this.#generation) return;
    this.#waiting.delete(slot);
    waiting.done({ kind: 'answered', text });
  }

  memberUp(member: number): void {
    for (const [slot, waiting] of this.#waiting)
      if (waiting.member === member && !waiting.isSent) this.#send(slot, waiting);
  }

  memberDown(member: number): void {
    const why = 'its link has ended';
    this.#end((waiting) => waiting.member === member && waiting.isSent, {
      kind: 'failed',
      why,
      isSent: true,
    });
  }

  tick(nowMs: number): void {
    const why = `it has not answered within ${this.#options.timeoutMs} ms`;
    this.#end(({ isSent, deadlineMs }) => !isSent && deadlineMs <= nowMs, unreached);
    this.#end(({ deadlineMs }) => deadlineMs <= nowMs, { kind: 'failed', why, isSent: true });
  }

  #send(slot: number, waiting: Waiting): void {
    const { nowMs, timeoutMs, framesTo } = this.#options;
    waiting.isSent = true;
    waiting.deadlineMs = nowMs() + timeoutMs;
    framesTo(waiting.member).ask({ slot, generation: this.#generation }, waiting.text);
  }

  #end(isOver: (waiting: Waiting) => boolean, result: AskResult): void {
    for (const [slot, waiting] of [...this.#waiting]) {
      if (!isOver(waiting)) continue;
      this.#waiting.delete(slot);
      waiting.done(result);
    }
  }
}
