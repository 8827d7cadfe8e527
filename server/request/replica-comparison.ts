/** Whether the replicas that answered a get agree, or some primary is behind what another replica knows. */
import { copyWithoutValue, type RecordView } from '../storage/index.js';
import { compareRecords } from './held-record.js';

export class ReplicaComparison {
  #newest: RecordView | undefined;
  #hasAnswer = false;
  #hasPrimary = false;
  #isPrimaryBehind = false;
  #isUnreadable = false;

  /** A replica answered: with a record, or with none. A fallback may be behind; a primary should not. */
  note(record: RecordView | undefined, isPrimary: boolean): void {
    const order = this.#hasAnswer ? compareRecords(record, this.#newest) : 1;
    if (order > 0) {
      if (this.#hasPrimary) this.#isPrimaryBehind = true;
      this.#newest = record === undefined ? undefined : copyWithoutValue(record);
    } else if (order < 0 && isPrimary) {
      this.#isPrimaryBehind = true;
    }
    this.#hasAnswer = true;
    if (isPrimary) this.#hasPrimary = true;
  }

  /** A replica cannot tell what it has, which may be because that is damaged. */
  noteUnreadable(): void {
    this.#isUnreadable = true;
  }

  get isUneven(): boolean {
    return this.#isPrimaryBehind || this.#isUnreadable;
  }
}
