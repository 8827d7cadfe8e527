/** How an atomic request ends: each exactly once, by one of these. */
import type { RecordView } from '../storage/index.js';
import type { ReplicaVnode } from './replica-groups.js';
import type { FailureCode } from './request-outcome.js';

export interface AtomicAnswer {
  /** A majority, these vnodes among it, holds this record, or has none. */
  read(record: RecordView | undefined, vnodes: readonly ReplicaVnode[]): void;
  /** A majority, these vnodes among it, holds the write; its first phase saw a value, or not. */
  stored(existed: boolean, vnodes: readonly ReplicaVnode[]): void;
  failed(code: FailureCode, message: string): void;
}
