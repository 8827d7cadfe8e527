/**
 * Read repair: brings replicas that were seen to differ to the newest record, after and apart from the request
 * that saw it. A request only notes the key. A little later, when writes that were under way have arrived, a
 * repair reads the key from all vnodes of its preference list, and sends the newest record to the primaries that
 * lack it. If all agree by then, as they mostly do where writes are frequent, nothing is written.
 *
 * Fallbacks are read, since they may hold what no primary has, but not written: what a fallback lacks, nobody
 * will miss. The queue, the rate and the values held are limited; what finds no room is left for the next read.
 */
import type { ByteRange } from '../byte-range.js';
import type { HybridClock } from '../object/index.js';
import { type PreferenceList, PreferenceList as ReusedList } from '../ring/index.js';
import type { HeldBytes } from './held-bytes.js';
import { copyOfRange } from './held-record.js';
import type { OpenRequests } from './open-requests.js';
import { replicasMax } from './quorum.js';
import { RepairJob } from './repair-job.js';
import type { ReplicaMessages } from './replica-messages.js';

export interface RepairLimits {
  /** Keys that may wait for their repair; beyond, they are left for the next read. */
  readonly queueMax: number;
  /** Repairs that run at once. */
  readonly runningMax: number;
  /** Repairs that begin within a second. */
  readonly perSecondMax: number;
  /** How long a key waits at least, so that the writes under way arrive first. */
  readonly delayMs: number;
  /** A repair ends after this time, whatever it has achieved. */
  readonly timeoutMs: number;
}

export const repairLimitsDefault: RepairLimits = {
  queueMax: 4096,
  runningMax: 32,
  perSecondMax: 1000,
  delayMs: 100,
  timeoutMs: 2000,
};

export interface ReadRepairOptions {
  open: OpenRequests;
  held: HeldBytes;
  messages: ReplicaMessages;
  clock: HybridClock;
  limits: RepairLimits;
  nowMs: () => number;
  /** Fills the list of a key, its primaries that are up and fallbacks; returns how many primaries it has. */
  select(key: ByteRange, list: PreferenceList): number;
}

export class ReadRepair {
  /** Replicas that were behind and were sent the newest record. */
  repaired = 0;
  /** Keys for which the queue had no room. */
  dropped = 0;
  readonly #options: ReadRepairOptions;
  /** Keys that wait, oldest first, with the time when they may begin. */
  readonly #queue = new Map<string, { readonly key: ByteRange; readonly fromMs: number }>();
  readonly #list = new ReusedList(replicasMax);
  #running = 0;
  /** What may begin now, as fractions of a repair; grows with time. */
  #allowance = 0;
  #tickedMs = 0;

  constructor(options: ReadRepairOptions) {
    this.#options = options;
    this.#tickedMs = options.nowMs();
  }

  /** Keys that wait. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Replicas of the key differ. */
  note(key: ByteRange): void {
    const { limits, nowMs } = this.#options;
    const name = key.bytes.toString('latin1', key.start, key.end);
    if (this.#queue.has(name)) return;
    if (this.#queue.size >= limits.queueMax) {
      this.dropped++;
      return;
    }
    this.#queue.set(name, { key: copyOfRange(key), fromMs: nowMs() + limits.delayMs });
  }

  tick(nowMs: number): void {
    const { limits } = this.#options;
    const { runningMax, perSecondMax } = limits;
    const earned = ((nowMs - this.#tickedMs) * perSecondMax) / 1000;
    this.#tickedMs = nowMs;
    this.#allowance = Math.min(this.#allowance + earned, runningMax);
    for (const [name, { key, fromMs }] of this.#queue) {
      if (fromMs > nowMs || this.#running >= runningMax || this.#allowance < 1) return;
      this.#allowance--;
      this.#queue.delete(name);
      this.#begin(key);
    }
  }

  #begin(key: ByteRange): void {
    const { select, limits, nowMs } = this.#options;
    const copies = select(key, this.#list);
    this.#running++;
    new RepairJob({
      ...this.#options,
      key,
      list: this.#list,
      copies,
      deadlineMs: nowMs() + limits.timeoutMs,
      onRepaired: () => this.repaired++,
      onEnd: () => this.#running--,
    });
  }
}
