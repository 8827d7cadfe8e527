/**
 * How a request ended. A failed one says whether it certainly had no effect (definite) or may have had one, so
 * that callers and checkers of histories can tell.
 */
import { emptyRecordView, type RecordView } from '../storage/index.js';

/** Why a request failed. All but `uncertain` are definite. */
export type FailureCode = 'busy' | 'unavailable' | 'storage-full' | 'uncertain';

export type OutcomeKind = 'found' | 'missing' | 'stored' | 'failed';

/** Filled in again for each request: valid only while it is being answered. */
export class RequestOutcome {
  kind: OutcomeKind = 'missing';
  /** Of `found`: the newest record that was seen. */
  record: RecordView = emptyRecordView();
  /** Of `found` and `missing`: the time on the wall clock, in milliseconds, by which it is. */
  nowMs = 0;
  /** Of `stored`, for deletes: a member that answered had a value. */
  existed = false;
  /** The vnode that answered: with the newest version, or first. */
  member = 0;
  position = 0;
  /** Of `failed`. */
  code: FailureCode = 'unavailable';
  /** Of `failed`: a sentence without its code. */
  message = '';
}

/** Who asks, and how the answer is to be told. `Client` is whatever the asker calls itself by. */
export interface Asker<Client> {
  client: Client;
  /** The place among the client's replies, or `immediateTicket`. */
  ticket: number;
  /** Means nothing to the coordinator; it comes back with the answer. */
  form: number;
}

/** The ticket of a request whose place among the client's replies is not taken yet. */
export const immediateTicket = -1;

/** Where the coordinator's answers go. */
export interface Answers<Client> {
  /** The request cannot be answered at once: returns the ticket under which its answer will come. */
  defer(client: Client, ticket: number): number;
  /** The one answer of a request, under the ticket that it came with or was deferred to. */
  answer(client: Client, ticket: number, form: number, outcome: RequestOutcome): void;
}
