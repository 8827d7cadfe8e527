/** Tells the outcome of an atomic request as that of any other plain request. */
import { emptyRecordView, type RecordView } from '../storage/index.js';
import type { AtomicAnswer } from './atomic-answer.js';
import type { ReplicaVnode } from './replica-groups.js';
import type { RequestAnswers } from './request-answers.js';
import type { Asker, FailureCode } from './request-outcome.js';

export class PlainAtomicAnswer<Client> implements AtomicAnswer {
  readonly #answers: RequestAnswers<Client>;
  readonly #asker: Asker<Client>;

  /** The asker is filled in again for each request, so it is copied. */
  constructor(answers: RequestAnswers<Client>, asker: Asker<Client>) {
    this.#answers = answers;
    this.#asker = { client: asker.client, ticket: answers.defer(asker), form: asker.form };
  }

  read(record: RecordView | undefined, vnodes: readonly ReplicaVnode[]): void {
    const { member, position } = vnodes[0]!;
    this.#answers.read(this.#asker, record !== undefined, record ?? emptyRecordView(), member, position);
  }

  stored(existed: boolean, vnodes: readonly ReplicaVnode[]): void {
    const { member, position } = vnodes[0]!;
    this.#answers.stored(this.#asker, existed, member, position);
  }

  failed(code: FailureCode, message: string): void {
    this.#answers.failed(this.#asker, code, message);
  }
}
