/**
 * The keys of one vnode from a point of the ring on, in order: engines keep keys in orders of their own, and
 * pages of the whole cluster need one that all members share. A window holds as many keys as it may and covers
 * as far as they reach; it lives while somebody reads on, so that a fold over the vnode serves many pages.
 *
 * A window learns of keys that are added, and looks each key up again when it tells it: so it never tells an
 * older state than the vnode has.
 */
import { emptyRecordView, type Storage } from '../storage/index.js';
import { type GlobPattern, noMatch, tooCostly } from './glob-pattern.js';
import type { Page, PageEntry } from './page.js';

export interface WindowLimits {
  readonly keysMax: number;
  /** Bytes of the keys. */
  readonly bytesMax: number;
}

interface WindowKey {
  readonly point: number;
  readonly key: Buffer;
}

export interface WindowAsk {
  readonly from: number;
  readonly to: number;
  /** Keys to look at; more only where several share a point. */
  readonly visitedMax: number;
  /** Bytes of keys to tell; one more key is always told. */
  readonly bytesMax: number;
  /** Steps of the pattern; beyond, the page ends early. */
  readonly stepsMax: number;
}

/** A pattern needed too many steps on one key. */
export const patternTooCostly = Symbol('patternTooCostly');

export class KeyWindow {
  readonly from: number;
  /** The last point that is covered. */
  to: number;
  readonly #limits: WindowLimits;
  #keys: WindowKey[] = [];
  #bytes = 0;

  /** Covers `from` to `to`, or less when there are too many keys. Offer it every key, then call `settle`. */
  constructor(from: number, to: number, limits: WindowLimits) {
    this.from = from;
    this.to = to;
    this.#limits = limits;
  }

  /** Takes a key that is in the vnode; the same key may be offered twice before `settle`. */
  offer(point: number, key: Buffer): void {
    if (point < this.from || point > this.to) return;
    this.#keys.push({ point, key: Buffer.from(key) });
    this.#bytes += key.length;
    if (this.#keys.length > 2 * this.#limits.keysMax || this.#bytes > 2 * this.#limits.bytesMax)
      this.settle();
  }

  /** Takes a key that was added since `settle`. */
  add(point: number, key: Buffer): void {
    if (point < this.from || point > this.to) return;
    this.#keys.splice(this.#lowerBound(point), 0, { point, key: Buffer.from(key) });
    this.#bytes += key.length;
    if (this.#keys.length > 2 * this.#limits.keysMax || this.#bytes > 2 * this.#limits.bytesMax)
      this.settle();
  }

  /** Puts the keys in order, each once, and gives up those that are too many, and with them what they cover. */
  settle(): void {
    this.#keys.sort((a, b) => a.point - b.point || Buffer.compare(a.key, b.key));
    const { keysMax, bytesMax } = this.#limits;
    const kept: WindowKey[] = [];
    let bytes = 0;
    let last: WindowKey | undefined;
    for (const entry of this.#keys) {
      if (last !== undefined && last.point === entry.point && last.key.equals(entry.key)) continue;
      // Keys of one point stay together: a cursor is a point.
      if ((kept.length >= keysMax || bytes >= bytesMax) && entry.point > last!.point) {
        this.to = last!.point;
        break;
      }
      kept.push(entry);
      bytes += entry.key.length;
      last = entry;
    }
    this.#keys = kept;
    this.#bytes = bytes;
  }

  /** The page from a point that the window covers. */
  page(ask: WindowAsk, storage: Storage, pattern: GlobPattern | undefined): Page | typeof patternTooCostly {
    const view = emptyRecordView();
    const entries: PageEntry[] = [];
    const end = Math.min(ask.to, this.to);
    const stepsEnd = (pattern?.steps ?? 0) + ask.stepsMax;
    let [visited, bytes, last] = [0, 0, -1];
    for (let at = this.#lowerBound(ask.from); at < this.#keys.length; at++) {
      const { point, key } = this.#keys[at]!;
      if (point > end) break;
      const isFull = visited >= ask.visitedMax || bytes >= ask.bytesMax || (pattern?.steps ?? 0) > stepsEnd;
      if (isFull && point > last) return { entries, covered: last, visited };
      last = point;
      visited++;
      const matched = pattern?.matches(key);
      if (matched === tooCostly) return patternTooCostly;
      if (matched === noMatch || !storage.get(key, 0, key.length, view)) continue;
      const version = Buffer.from(view.version.subarray(view.versionOffset, view.versionOffset + 16));
      entries.push({ point, key, version, tombstone: view.tombstone, expiresMs: view.expiresMs });
      bytes += key.length;
    }
    return { entries, covered: end, visited };
  }

  #lowerBound(point: number): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]!.point < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
