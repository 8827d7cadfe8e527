/**
 * Tells the outcome of an atomic request as that of one that names its quorum: what the vnodes that were counted
 * hold. All of them hold the same. A failure is an error, since it says more than a list could: UNAVAILABLE, and
 * nothing was done, or UNCERTAIN.
 */
import { isAlive, type RecordView } from '../storage/index.js';
import type { AtomicAnswer } from './atomic-answer.js';
import type { QuorumOutcome } from './quorum-outcome.js';
import type { ReplicaVnode } from './replica-groups.js';
import type { FailureCode } from './request-outcome.js';

export class ToldAtomicAnswer implements AtomicAnswer {
  readonly #wallMs: () => number;
  readonly #tell: (outcome: QuorumOutcome) => void;

  constructor(wallMs: () => number, tell: (outcome: QuorumOutcome) => void) {
    this.#wallMs = wallMs;
    this.#tell = tell;
  }

  read(record: RecordView | undefined, vnodes: readonly ReplicaVnode[]): void {
    const value =
      record === undefined || !isAlive(record, this.#wallMs())
        ? undefined
        : record.value.subarray(record.valueStart, record.valueEnd);
    const results = vnodes.map(({ member, position }) =>
      value === undefined
        ? ({ kind: 'not_found', member, position } as const)
        : ({ kind: 'value', value, member, position } as const),
    );
    this.#tell({ kind: 'answered', reason: 'finished', results });
  }

  stored(_existed: boolean, vnodes: readonly ReplicaVnode[]): void {
    const results = vnodes.map(({ member, position }) => ({ kind: 'stored', member, position }) as const);
    this.#tell({ kind: 'answered', reason: 'finished', results });
  }

  failed(code: FailureCode, message: string): void {
    this.#tell({ kind: 'failed', code, message });
  }
}
