/** The limits of a node's requests, with their meaning. */
import { type RepairLimits, repairLimitsDefault } from './read-repair.js';

export interface RequestLimits {
  /**
   * Requests that may wait for other members at once. Higher takes more memory (about 150 bytes each, and the
   * values of gets); at the limit a request is answered BUSY, having done nothing.
   */
  readonly requestsMax: number;
  /** A request that waits for other members ends with an error after this time. */
  readonly requestTimeoutMs: number;
  /** Requests that name their own quorum, and atomic ones, that may wait at once; at the limit, BUSY. */
  readonly quorumRequestsMax: number;
  /** The longest time that a request may name for itself. */
  readonly quorumTimeoutMsMax: number;
  /** Bytes of the values that such requests and repairs hold together; a vnode's value beyond is an error. */
  readonly quorumValueBytesMax: number;
  /**
   * A vnode that has not answered after this time is slow: a request that needs it is sent to a fallback as well,
   * if fallbacks count. Lower answers sooner beside a stopped member; higher leaves fewer copies with fallbacks.
   */
  readonly hedgeMs: number;
  /**
   * Bytes of keys and values of the last plain requests, to ask fallbacks. Higher remembers busier
   * times; what is longer than an eighth is not kept, and ends as UNCERTAIN where it needs a member that dies.
   */
  readonly keptBytesMax: number;
  /**
   * Gets that listen on after their answer, to find replicas that differ, and at most an eighth of requestsMax of
   * the plain ones; beyond, gets do not listen.
   */
  readonly lingeringMax: number;
  /** How long each of them listens at most. */
  readonly lingerMs: number;
  readonly repair: RepairLimits;
}

export const requestLimitsDefault: RequestLimits = {
  requestsMax: 16 * 1024,
  requestTimeoutMs: 5000,
  quorumRequestsMax: 4096,
  quorumTimeoutMsMax: 60_000,
  quorumValueBytesMax: 64 * 1024 * 1024,
  hedgeMs: 100,
  keptBytesMax: 8 * 1024 * 1024,
  lingeringMax: 2048,
  lingerMs: 1000,
  repair: repairLimitsDefault,
};
