/**
 * Compares the replicas: for each partition that this node owns, the digest of its keys here with those at the
 * other vnodes of the preference list, one partition after the other. What differs twice, some seconds apart, is
 * healed: this node gets all that others have of it, and then gives each of them what it should have.
 *
 * In the background one partition is compared every `sweepMs`; on request (`verify`) all of them at once, with a
 * report. Partitions that are being written to may differ for a moment, which is why one look is not enough.
 */
import type { NodeName } from '../ring/index.js';
import { type DigestAsk, type DigestJobs, isSameDigest, type PartitionDigest } from './partition-digest.js';
import type { RingView } from './ring-view.js';

/** Versions that are younger than this may still be on their way to some replica. */
const settledMs = 2000;
/** The wait before what differs is looked at again. */
const lookAgainMs = 1000;
/** Whoever has not answered by then is not waited for. */
const answerMs = 5000;
/** The shortest time between two partitions that are healed: it means sending them whole. */
const healMs = 5000;

export interface SweepReport {
  /** Partitions that this node owns and has compared, of how many. */
  readonly compared: number;
  readonly partitions: number;
  readonly records: number;
  /** Positions whose replicas differ, and are being healed. */
  readonly differing: readonly number[];
  /** Positions of which some replica did not answer. */
  readonly unanswered: readonly number[];
  /** Damaged records, at this node and where it asked. */
  readonly unreadable: number;
  readonly isRunning: boolean;
}

export interface SweepOptions {
  readonly self: NodeName;
  readonly ring: RingView;
  readonly jobs: DigestJobs;
  /** See HandoffLimits. */
  readonly sweepMs: () => number;
  nowMs(): number;
  wallMs(): number;
  isUp(member: NodeName): boolean;
  /** Whether a partition is whole here; if not, it is not compared. */
  isWhole(position: number): boolean;
  /** Asks a member for a digest; the answer comes to `onDigest` with this number. */
  ask(member: NodeName, id: number, ask: DigestAsk): void;
  heal(position: number): void;
}

interface Comparison {
  readonly home: number;
  readonly startedMs: number;
  readonly isSecond: boolean;
  /** By position; undefined while it has not come. */
  readonly digests: Map<number, PartitionDigest | undefined>;
  readonly firstId: number;
}

export class IntegritySweep {
  readonly #options: SweepOptions;
  /** Partitions that a request asked for and that are still to be compared. */
  #queue: number[] = [];
  #current: Comparison | undefined;
  /** Partitions that differed once, and when they are looked at again. */
  readonly #suspects = new Map<number, number>();
  #nextId = 1;
  #nextHome = 0;
  #nextMs: number;
  #healedMs = Number.NEGATIVE_INFINITY;
  #isRequested = false;
  #partitions = 0;
  #compared = 0;
  #records = 0;
  #unreadable = 0;
  readonly #differing = new Set<number>();
  readonly #unanswered = new Set<number>();

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#nextMs = options.nowMs() + options.sweepMs();
  }

  get report(): SweepReport {
    return {
      compared: this.#compared,
      partitions: this.#partitions,
      records: this.#records,
      differing: [...this.#differing],
      unanswered: [...this.#unanswered],
      unreadable: this.#unreadable,
      isRunning: this.#isRequested,
    };
  }

  /** Compares all partitions of this node, unless that is under way already. */
  request(): void {
    if (this.#isRequested) return;
    const { ring, self } = this.#options;
    this.#queue = Array.from({ length: ring.ringSize }, (_, at) => at).filter(
      (position) => ring.ownerOf(position) === self,
    );
    this.#partitions = this.#queue.length;
    this.#compared = 0;
    this.#records = 0;
    this.#unreadable = 0;
    this.#differing.clear();
    this.#unanswered.clear();
    this.#isRequested = this.#queue.length > 0;
  }

  onDigest(id: number, digest: PartitionDigest): void {
    const current = this.#current;
    if (current === undefined) return;
    const position = (current.home + id - current.firstId) & (this.#options.ring.ringSize - 1);
    if (id < current.firstId || !current.digests.has(position)) return;
    current.digests.set(position, digest);
  }

  step(): void {
    const { nowMs } = this.#options;
    if (this.#current !== undefined) {
      const hasAll = [...this.#current.digests.values()].every((digest) => digest !== undefined);
      if (!hasAll && nowMs() - this.#current.startedMs < answerMs) return;
      this.#judge(this.#current);
      this.#current = undefined;
    }
    const next = this.#next();
    if (next !== undefined) this.#compare(next.home, next.isSecond);
  }

  #next(): { home: number; isSecond: boolean } | undefined {
    const { nowMs, ring, self, sweepMs } = this.#options;
    for (const [home, atMs] of this.#suspects) {
      if (atMs > nowMs()) continue;
      this.#suspects.delete(home);
      return { home, isSecond: true };
    }
    const queued = this.#queue.shift();
    if (queued !== undefined) return { home: queued, isSecond: false };
    if (this.#suspects.size === 0) this.#isRequested = false;
    if (sweepMs() === 0 || nowMs() < this.#nextMs) return undefined;
    this.#nextMs = nowMs() + sweepMs();
    for (let step = 0; step < ring.ringSize; step++) {
      const home = (this.#nextHome + step) & (ring.ringSize - 1);
      if (ring.ownerOf(home) !== self) continue;
      this.#nextHome = home + 1;
      return { home, isSecond: false };
    }
    return undefined;
  }

  #compare(home: number, isSecond: boolean): void {
    const { ring, self, jobs, isUp, isWhole, ask, nowMs, wallMs } = this.#options;
    if (ring.ownerOf(home) !== self || !isWhole(home)) {
      this.#compared += isSecond ? 0 : 1;
      this.#unanswered.add(home);
      return;
    }
    const untilMs = Math.floor(wallMs()) - settledMs;
    const firstId = this.#nextId;
    this.#nextId += ring.n;
    const digests = new Map<number, PartitionDigest | undefined>();
    this.#current = { home, startedMs: nowMs(), isSecond, digests, firstId };
    for (let step = 0; step < ring.n; step++) {
      const position = (home + step) & (ring.ringSize - 1);
      const owner = ring.ownerOf(position);
      const wanted = { position, home, untilMs };
      digests.set(position, undefined);
      if (owner === self) jobs.begin(wanted, (digest) => this.onDigest(firstId + step, digest));
      else if (isUp(owner)) ask(owner, firstId + step, wanted);
    }
  }

  #judge({ home, isSecond, digests }: Comparison): void {
    const { nowMs, heal } = this.#options;
    const known = [...digests.values()].filter((digest) => digest !== undefined);
    const own = digests.get(home);
    if (known.length < digests.size) this.#unanswered.add(home);
    if (!isSecond) {
      this.#compared++;
      this.#records += own?.count ?? 0;
      this.#unreadable += known.reduce((sum, { unreadable }) => sum + unreadable, 0);
    }
    const isEqual = known.every((digest) => own !== undefined && isSameDigest(digest, own));
    const isFine = isEqual && known.every(({ unreadable }) => unreadable === 0);
    if (isFine) return;
    if (!isSecond) {
      if (!this.#suspects.has(home)) this.#suspects.set(home, nowMs() + lookAgainMs);
      return;
    }
    this.#differing.add(home);
    if (nowMs() - this.#healedMs < healMs && !this.#isRequested) return;
    this.#healedMs = nowMs();
    heal(home);
  }
}
