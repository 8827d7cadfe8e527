/**
 * How fast transfers go while the node has requests to answer. A node that has none sends and receives as fast as
 * it can. One that has gives a share of its time to transfers, at both ends: the sender sends small chunks, a few
 * ahead, and the receiver acknowledges late what has come too fast. So no request waits behind more than a few
 * milliseconds of a transfer's work, here or on a link.
 */
import type { HandoffLimits } from './handoff-limits.js';

/** Time that may be saved up, and owed, in milliseconds: about one tick of a node. */
const savedMsMax = 5;
const owedMsMax = 50;
/** However much is owed, a little may be done this often: a transfer under any load comes to its end. */
const leastEveryMs = 50;

export interface TransferPaceOptions {
  nowMs(): number;
  /** The node has had more than a few requests in the last moments. */
  isBusy(): boolean;
  limits(): HandoffLimits;
}

export class TransferPace {
  readonly #options: TransferPaceOptions;
  #leftMs = savedMsMax;
  #atMs: number;
  #openedMs: number;
  #isRunning = false;

  constructor(options: TransferPaceOptions) {
    this.#options = options;
    this.#atMs = options.nowMs();
    this.#openedMs = this.#atMs;
  }

  get isBusy(): boolean {
    return this.#options.isBusy();
  }

  get chunkBytes(): number {
    const { chunkBytes, busyChunkBytes } = this.#options.limits();
    return this.isBusy ? Math.min(chunkBytes, busyChunkBytes) : chunkBytes;
  }

  get windowBytes(): number {
    const { windowBytes, busyWindowBytes } = this.#options.limits();
    return this.isBusy ? Math.min(windowBytes, busyWindowBytes) : windowBytes;
  }

  /** So many of `count` small steps, while there are requests. */
  fewer(count: number): number {
    return this.isBusy ? Math.ceil(count * this.#options.limits().busyShare) : count;
  }

  /** Whether transfers may take time now. */
  isOpen(): boolean {
    if (!this.isBusy) return true;
    this.#refill();
    if (this.#leftMs <= 0 && this.#atMs - this.#openedMs < leastEveryMs) return false;
    this.#openedMs = this.#atMs;
    return true;
  }

  /** Does a piece of the work of transfers, whose time counts; pieces of a piece count once. */
  run<T>(work: () => T): T {
    if (this.#isRunning) return work();
    const beganMs = this.#options.nowMs();
    this.#isRunning = true;
    try {
      return work();
    } finally {
      this.#isRunning = false;
      this.#refill();
      const spentMs = this.#options.nowMs() - beganMs;
      this.#leftMs = Math.max(-owedMsMax, this.#leftMs - spentMs);
    }
  }

  #refill(): void {
    const nowMs = this.#options.nowMs();
    const share = this.isBusy ? this.#options.limits().busyShare : 1;
    this.#leftMs = Math.min(savedMsMax, this.#leftMs + (nowMs - this.#atMs) * share);
    this.#atMs = nowMs;
  }
}
