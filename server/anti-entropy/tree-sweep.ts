/**
 * Looks at the replicas of each partition that this node owns, one after the other: in the background one partition
 * every `sweepMs`; on request (`request`) all of them at once, with trees that are built anew from the storages
 * before, and with a report. Leaves that differ in three looks, a second apart, hold no writes on their way: they
 * are healed. A key that is written all the time may look so for ever, and costs the sending of its leaf then.
 */
import type { RingView } from '../handoff/ring-view.js';
import type { NodeName } from '../ring/index.js';
import type { VnodeTable } from '../vnode/index.js';
import { TreeLook } from './tree-look.js';
import type { TreeAnswer, TreeAsk } from './tree-message.js';

/** Looks that must find the same leaf to differ, and the wait between them. */
const looksWanted = 3;
const lookAgainMs = 1000;
/** Whoever has not answered by then is not waited for; the second while trees are built anew. */
const answerMs = 5000;
const freshAnswerMs = 60_000;
/** The shortest time between two partitions that are healed: it means to walk through their vnodes. */
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

/** By position of a replica: the leaves in which it differs from this node's. */
export type DifferingLeaves = ReadonlyMap<number, ReadonlySet<number>>;

export interface TreeSweepOptions {
  readonly self: NodeName;
  readonly ring: RingView;
  readonly vnodes: VnodeTable;
  /** See HandoffLimits. */
  sweepMs(): number;
  nowMs(): number;
  /** Whether a partition is whole here; if not, it is not compared. */
  isWhole(position: number): boolean;
  /** Asks the owner of a position, perhaps this node; the answer comes to `answered`, unless it is lost. */
  ask(position: number, ask: TreeAsk, answered: (answer: TreeAnswer) => void): void;
  heal(home: number, differing: DifferingLeaves): void;
}

interface Suspect {
  readonly looks: number;
  readonly dueMs: number;
  readonly differing: DifferingLeaves;
}

export class TreeSweep {
  /** Looks that have ended, and leaves that were found to differ in all three looks. */
  looks = 0;
  leavesDiffering = 0;
  readonly #options: TreeSweepOptions;
  /** Partitions that a request asked for and that are still to be compared. */
  #queue: number[] = [];
  #current: TreeLook | undefined;
  #deadlineMs = 0;
  /** Partitions that differed, and when they are looked at again. */
  readonly #suspects = new Map<number, Suspect>();
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

  constructor(options: TreeSweepOptions) {
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

  step(): void {
    const { nowMs } = this.#options;
    if (this.#current !== undefined) {
      if (!this.#current.isDone && nowMs() < this.#deadlineMs) return;
      this.#judge(this.#current);
      this.#current = undefined;
    }
    const next = this.#next();
    if (next !== undefined) this.#look(next.home, next.isFresh);
  }

  #next(): { home: number; isFresh: boolean } | undefined {
    const { nowMs, ring, self, sweepMs } = this.#options;
    for (const [home, { dueMs }] of this.#suspects) if (dueMs <= nowMs()) return { home, isFresh: false };
    const queued = this.#queue.shift();
    if (queued !== undefined) return { home: queued, isFresh: true };
    if (this.#suspects.size === 0) this.#isRequested = false;
    if (sweepMs() === 0 || nowMs() < this.#nextMs) return undefined;
    this.#nextMs = nowMs() + sweepMs();
    for (let step = 0; step < ring.ringSize; step++) {
      const home = (this.#nextHome + step) & (ring.ringSize - 1);
      if (ring.ownerOf(home) !== self) continue;
      this.#nextHome = home + 1;
      return { home, isFresh: false };
    }
    return undefined;
  }

  #look(home: number, isFresh: boolean): void {
    const { ring, self, vnodes, isWhole, nowMs, ask } = this.#options;
    if (isFresh) this.#compared++;
    if (ring.ownerOf(home) !== self || !isWhole(home)) {
      this.#suspects.delete(home);
      this.#unanswered.add(home);
      return;
    }
    const positions = Array.from(
      { length: ring.n - 1 },
      (_, step) => (home + step + 1) & (ring.ringSize - 1),
    );
    const look = new TreeLook({
      home,
      positions,
      isFresh,
      vnode: () => vnodes.existing(home),
      ask: (position, asked) => ask(position, asked, (answer) => look.onAnswer(position, asked, answer)),
    });
    this.#current = look;
    this.#deadlineMs = nowMs() + (isFresh ? freshAnswerMs : answerMs);
    const own: TreeAsk = { home, level: 'root', groups: [], isFresh };
    ask(home, own, (answer) => {
      if (this.#current !== look) return;
      // While its own tree is being built nothing can be compared.
      if (!answer.isKnown) this.#deadlineMs = nowMs();
      else look.begin();
      if (!isFresh) return;
      this.#records += answer.count;
      this.#unreadable += answer.unreadable;
    });
  }

  #judge(look: TreeLook): void {
    const { nowMs, heal } = this.#options;
    const { home } = look;
    const before = this.#suspects.get(home);
    this.#suspects.delete(home);
    this.looks++;
    if (!look.isComplete) this.#unanswered.add(home);
    if (look.isFresh) this.#unreadable += look.unreadable;
    const differing = stillDiffering(look.differing, before?.differing);
    if (differing.size === 0) return;
    const looks = (before?.looks ?? 0) + 1;
    if (looks < looksWanted) {
      this.#suspects.set(home, { looks, dueMs: nowMs() + lookAgainMs, differing });
      return;
    }
    this.#differing.add(home);
    for (const leaves of differing.values()) this.leavesDiffering += leaves.size;
    if (nowMs() - this.#healedMs < healMs && !this.#isRequested) return;
    this.#healedMs = nowMs();
    heal(home, differing);
  }
}

/** The leaves that differ now, and did before. */
function stillDiffering(now: DifferingLeaves, before: DifferingLeaves | undefined): DifferingLeaves {
  const still = new Map<number, ReadonlySet<number>>();
  for (const [position, leaves] of now) {
    const former = before === undefined ? leaves : (before.get(position) ?? new Set());
    const both = new Set([...leaves].filter((leaf) => former.has(leaf)));
    if (both.size > 0) still.set(position, both);
  }
  return still;
}
