/** What members ask of each other about a range of the ring, and what they answer. */
import type { Page } from './page.js';

/** All keys from one point to another, both included, which have the same responsible partition. */
export interface RangeAsk {
  readonly from: number;
  readonly to: number;
  /** Keys to look at for a page. */
  readonly visitedMax: number;
  /** Only keys that match are told; undefined: all. */
  readonly pattern: Buffer | undefined;
  /** Only to count them. */
  readonly counts: boolean;
}

export type RangeReply =
  | { readonly kind: 'page'; readonly page: Page }
  | ({ readonly kind: 'count' } & RangeCount)
  /** Nothing was read: too many asks wait, the storage failed, or the pattern needs too many steps. */
  | { readonly kind: 'failed'; readonly reason: 'busy' | 'storage' | 'pattern' };

/** How many keys a member has in a range; members with the same live keys have the same digest. */
export interface RangeCount {
  /** Tombstones included. */
  readonly records: number;
  readonly live: number;
  /** The sum of the points of the live keys, modulo 2^52. */
  readonly digest: number;
  /** The member's own vnodes do not agree, or some of the keys end some time: only pages can tell. */
  readonly isMixed: boolean;
}

export interface CoverageLimits {
  /** Asks of other members that may wait at a node; one more is answered `busy`. */
  readonly asksMax: number;
  /** Records that are looked at before other events have their turn: a pause of about a millisecond. */
  readonly sliceRecords: number;
  /**
   * Ordered windows that a node keeps, at least as many as copies of a value, and keys and bytes of keys in each:
   * memory against folds over a vnode.
   */
  readonly windowsMax: number;
  readonly windowKeysMax: number;
  readonly windowBytesMax: number;
  /** A window that was not read for this long is dropped. */
  readonly windowIdleMs: number;
  /** Bytes of the keys of one page. */
  readonly pageBytesMax: number;
  /** Keys that are looked at for one page, whatever was asked for. */
  readonly pageVisitedMax: number;
  /** Steps of a pattern for one page, and on one key. */
  readonly patternStepsMax: number;
  /** Bytes of a pattern. */
  readonly patternBytesMax: number;
  /** Commands over all keys that a node coordinates at once; one more is answered BUSY. */
  readonly readsMax: number;
  /** Ranges that one such command reads at once. */
  readonly rangesMax: number;
  /** A range of which too few members have told by then ends the command with an error. */
  readonly rangeTimeoutMs: number;
}

export const coverageLimitsDefault: CoverageLimits = {
  asksMax: 4096,
  sliceRecords: 2048,
  windowsMax: 32,
  windowKeysMax: 8192,
  windowBytesMax: 2 * 1024 * 1024,
  windowIdleMs: 5000,
  pageBytesMax: 256 * 1024,
  pageVisitedMax: 2048,
  patternStepsMax: 1_000_000,
  patternBytesMax: 4096,
  readsMax: 64,
  rangesMax: 8,
  rangeTimeoutMs: 5000,
};
