/** How requests end: hands each outcome to whoever asked, in an object that is filled in again for each. */
import { isAlive, type RecordView } from '../storage/index.js';
import { type Answers, type Asker, type FailureCode, RequestOutcome } from './request-outcome.js';

export class RequestAnswers<Client> {
  readonly #answers: Answers<Client>;
  readonly #outcome = new RequestOutcome();
  readonly #wallMs: () => number;

  /** `wallMs` is the wall clock: by it records expire. */
  constructor(answers: Answers<Client>, wallMs: () => number) {
    this.#answers = answers;
    this.#wallMs = wallMs;
  }

  defer(asker: Asker<Client>): number {
    return this.#answers.defer(asker.client, asker.ticket);
  }

  /** A get has ended with the newest record, or with none; a tombstone is none, nor is one that has expired. */
  read(asker: Asker<Client>, isFound: boolean, record: RecordView, member: number, position: number): void {
    const outcome = this.#outcome;
    outcome.nowMs = this.#wallMs();
    outcome.kind = isFound && isAlive(record, outcome.nowMs) ? 'found' : 'missing';
    outcome.record = record;
    outcome.member = member;
    outcome.position = position;
    this.#answers.answer(asker.client, asker.ticket, asker.form, outcome);
  }

  /** A put or delete was taken by enough members; `existed` says of a delete that one of them had a value. */
  stored(asker: Asker<Client>, existed: boolean, member: number, position: number): void {
    const outcome = this.#outcome;
    outcome.kind = 'stored';
    outcome.existed = existed;
    outcome.member = member;
    outcome.position = position;
    this.#answers.answer(asker.client, asker.ticket, asker.form, outcome);
  }

  failed(asker: Asker<Client>, code: FailureCode, message: string): void {
    const outcome = this.#outcome;
    outcome.kind = 'failed';
    outcome.code = code;
    outcome.message = message;
    this.#answers.answer(asker.client, asker.ticket, asker.form, outcome);
  }
}
