/** How a request with a quorum of its own ends: a reason, and what each vnode answered. */
import type { FailureCode } from './request-outcome.js';

/** One vnode's answer. */
export interface QuorumResult {
  readonly kind: 'stored' | 'value' | 'not_found' | 'error';
  /** Of `value`. */
  readonly value?: Buffer;
  /** Of `error`: `down`, `failed` (the storage refused), or `overloaded` (no room to hold the value). */
  readonly error?: 'down' | 'failed' | 'overloaded';
  readonly member: number;
  readonly position: number;
}

/**
 * `finished`: enough vnodes answered. `timeout`: too few did in time. `insufficient`: too many could not. A
 * write that did not finish may take effect all the same.
 */
export type QuorumReason = 'finished' | 'timeout' | 'insufficient';

export type QuorumOutcome =
  | { readonly kind: 'answered'; readonly reason: QuorumReason; readonly results: readonly QuorumResult[] }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly message: string };
