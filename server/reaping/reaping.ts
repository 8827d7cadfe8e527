/** Reaping at one node: votes on what others want to have reaped, and asks for its own (tombstone-reaper.ts). */
import { type TransferMessage, transferMessageKind } from '../handoff/transfer-message.js';
import type { NodeName } from '../ring/index.js';
import {
  type ReapAsk,
  readReapAnswer,
  readReapAsk,
  reapAnswerContent,
  reapAskContent,
} from './reap-message.js';
import { ReapVotes, type ReapVotesOptions } from './reap-votes.js';
import { TombstoneReaper, type TombstoneReaperOptions } from './tombstone-reaper.js';

export interface ReapingOptions extends ReapVotesOptions, Omit<TombstoneReaperOptions, 'ask' | 'isQuiet'> {
  send(to: NodeName, message: TransferMessage): void;
}

export class Reaping {
  readonly #options: ReapingOptions;
  readonly #votes: ReapVotes;
  readonly #reaper: TombstoneReaper;

  constructor(options: ReapingOptions) {
    this.#options = options;
    this.#votes = new ReapVotes(options);
    this.#reaper = new TombstoneReaper({
      ...options,
      isQuiet: () => this.#votes.stamp() !== undefined,
      ask: (member, id, ask) => this.#ask(member, id, ask),
    });
  }

  /** Tombstones that were reaped here. */
  get reaped(): number {
    return this.#votes.reaped;
  }

  ringChanged(): void {
    this.#reaper.disturbed();
  }

  memberDown(): void {
    this.#votes.memberDown();
    this.#reaper.disturbed();
  }

  /** Takes a message of another member in a certain life; false if it is none of these. */
  onMessage(from: NodeName, fromLife: number, message: TransferMessage): boolean {
    const { life, send } = this.#options;
    if (message.kind === transferMessageKind.reapAnswer) {
      const answer = message.life === life ? readReapAnswer(message.content) : undefined;
      if (answer !== undefined) this.#reaper.onAnswer(from, message.id, answer);
      return true;
    }
    if (message.kind !== transferMessageKind.reapAsk) return false;
    const ask = message.life === fromLife ? readReapAsk(message.content) : undefined;
    if (ask?.reaps === true) this.#votes.reap(ask.records, ask.stamp);
    else if (ask !== undefined) {
      const content = reapAnswerContent(this.#votes.check(ask.records));
      send(from, { ...message, kind: transferMessageKind.reapAnswer, content });
    }
    return true;
  }

  step(): void {
    this.#reaper.step();
  }

  #ask(member: NodeName, id: number, ask: ReapAsk): void {
    const { self, life, send } = this.#options;
    if (member !== self)
      send(member, {
        kind: transferMessageKind.reapAsk,
        position: 0,
        id,
        life,
        content: reapAskContent(ask),
      });
    else if (ask.reaps) this.#votes.reap(ask.records, ask.stamp);
    else this.#reaper.onAnswer(self, id, this.#votes.check(ask.records));
  }
}
