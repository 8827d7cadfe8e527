/** One range of the ring that is being read: who was asked, what they told, and whether that is enough. */
import type { Page } from './page.js';
import type { RangeAsk, RangeCount, RangeReply } from './range-ask.js';

export interface RangeReadOptions {
  readonly ask: RangeAsk;
  readonly slot: number;
  /** The ring's epoch at the beginning. */
  readonly epoch: number;
  readonly primaries: { readonly members: ReadonlySet<number>; readonly needed: number };
}

export class RangeRead {
  readonly ask: RangeAsk;
  readonly slot: number;
  readonly epoch: number;
  readonly pages: Page[] = [];
  readonly #counts: RangeCount[] = [];
  readonly #primaries: RangeReadOptions['primaries'];
  readonly #waiting = new Set<number>();
  #batches = 0;
  #deadlineMs = 0;
  #primariesTold = 0;
  #reason: (RangeReply & { kind: 'failed' })['reason'] | 'down' = 'down';

  constructor({ ask, slot, epoch, primaries }: RangeReadOptions) {
    this.ask = ask;
    this.slot = slot;
    this.epoch = epoch;
    this.#primaries = primaries;
  }

  /**
   * The members to ask now, of those that are up. Those that are no primaries first, and primaries when they
   * have told: keys are handed from the former to the latter, and must not slip by in between.
   */
  nextBatch(membersUp: readonly number[], deadlineMs: number): number[] {
    if (this.#waiting.size > 0) return [];
    while (this.#batches < 2) {
      const isForPrimaries = ++this.#batches === 2;
      const batch = membersUp.filter((member) => this.#primaries.members.has(member) === isForPrimaries);
      for (const member of batch) this.#waiting.add(member);
      this.#deadlineMs = deadlineMs;
      if (batch.length > 0) return batch;
    }
    return [];
  }

  /** Nobody is waited for, and nobody left to ask. */
  get isDone(): boolean {
    return this.#waiting.size === 0 && this.#batches === 2;
  }

  /** A member's answer; true if it was waited for. */
  replied(member: number, reply: RangeReply): boolean {
    if (!this.#waiting.delete(member)) return false;
    if (reply.kind === 'failed') {
      this.#reason = reply.reason;
      return true;
    }
    // What would tell a part for the whole, or the same part for ever, is no answer.
    if (reply.kind === 'page' && !(reply.page.covered >= this.ask.from && reply.page.covered <= this.ask.to))
      return true;
    if (this.#primaries.members.has(member)) this.#primariesTold++;
    if (reply.kind === 'page') this.pages.push(reply.page);
    else this.#counts.push(reply);
    return true;
  }

  /** A member cannot answer any more; true if it was waited for. */
  lost(member: number): boolean {
    return this.#waiting.delete(member);
  }

  /** Waits no longer once the deadline has come; true if anybody was waited for. */
  expire(nowMs: number): boolean {
    if (nowMs < this.#deadlineMs || this.#waiting.size === 0) return false;
    this.#waiting.clear();
    return true;
  }

  /** Once done: why the range is not known; undefined if it is. */
  get failure(): string | undefined {
    const { needed } = this.#primaries;
    if (this.#reason === 'pattern')
      return 'ERR the pattern needs too many steps on some key; use fewer stars';
    if (this.#primariesTold >= needed && this.pages.length + this.#counts.length > 0) return undefined;
    const told = `${this.#primariesTold} of the ${needed} primaries needed have told the keys of a partition`;
    return this.#reason === 'busy'
      ? `BUSY ${told}; others are busy with such reads.`
      : `UNAVAILABLE ${told}; a part of the keys would be missing.`;
  }

  /** Once done: the number of live keys, if all members that hold any agree; else undefined. */
  get agreedCount(): number | undefined {
    const holding = this.#counts.filter(({ records }) => records > 0);
    const [first = { live: 0, digest: 0 }] = holding;
    const agrees = holding.every(
      ({ live, digest, isMixed }) => !isMixed && live === first.live && digest === first.digest,
    );
    return agrees ? first.live : undefined;
  }
}
