/**
 * One look at the replicas of a home partition: the tree of this node's vnode against those of the other vnodes of
 * the preference list, from the root down. Of equal replicas only the roots are told; of others the 32 groups, and
 * the leaves of the groups that differ. What it ends with is the leaves in which each replica differs.
 *
 * The trees go on to change while they are looked at, so what it ends with may be a write on its way: whoever
 * looks must look again (tree-sweep.ts).
 */
import type { Vnode } from '../vnode/index.js';
import { isSameDigest, leavesOfGroup } from './key-tree.js';
import { digestsOf, type TreeAnswer, type TreeAsk } from './tree-message.js';

export interface TreeLookOptions {
  readonly home: number;
  /** The other positions of the preference list. */
  readonly positions: readonly number[];
  readonly isFresh: boolean;
  /** The vnode of this node at the home partition. */
  vnode(): Vnode | undefined;
  /** Asks the owner of a position, perhaps this node; what it answers comes to `onAnswer`. */
  ask(position: number, ask: TreeAsk): void;
}

export class TreeLook {
  readonly home: number;
  readonly isFresh: boolean;
  /** By position: the leaves that differ. Those that have not answered are not in it. */
  readonly differing = new Map<number, ReadonlySet<number>>();
  /** Damaged records, as the vnodes know of them. */
  unreadable = 0;
  readonly #options: TreeLookOptions;
  /** Positions whose trees cannot be told. */
  readonly #silent = new Set<number>();

  constructor(options: TreeLookOptions) {
    this.home = options.home;
    this.isFresh = options.isFresh;
    this.#options = options;
  }

  begin(): void {
    const { positions, isFresh } = this.#options;
    for (const position of positions) this.#ask(position, { level: 'root', groups: [], isFresh });
  }

  /** Nothing more will come. */
  get isDone(): boolean {
    return this.#options.positions.every(
      (position) => this.differing.has(position) || this.#silent.has(position),
    );
  }

  /** All have answered. */
  get isComplete(): boolean {
    return this.differing.size === this.#options.positions.length;
  }

  /** A vnode says what its tree is; one that is not built yet counts as one that has not answered. */
  onAnswer(position: number, ask: TreeAsk, answer: TreeAnswer): void {
    const own = digestsOf(this.#options.vnode()?.tree?.tree, ask);
    if (!answer.isKnown) this.#silent.add(position);
    if (!answer.isKnown || this.differing.has(position)) return;
    const unequal = answer.digests.flatMap((digest, at) => (isSameDigest(digest, own[at]!) ? [] : [at]));
    if (ask.level === 'root') this.unreadable += answer.unreadable;
    if (unequal.length === 0) this.differing.set(position, noLeaves);
    else if (ask.level === 'root') this.#ask(position, { level: 'groups', groups: [], isFresh: false });
    else if (ask.level === 'groups')
      this.#ask(position, { level: 'leaves', groups: unequal, isFresh: false });
    else this.differing.set(position, new Set(unequal.map((at) => leafAt(ask.groups, at))));
  }

  #ask(position: number, ask: Omit<TreeAsk, 'home'>): void {
    this.#options.ask(position, { home: this.home, ...ask });
  }
}

/** The leaf whose digest is at a place among those of some groups. */
function leafAt(groups: readonly number[], at: number): number {
  return groups[Math.floor(at / leavesOfGroup)]! * leavesOfGroup + (at % leavesOfGroup);
}

const noLeaves: ReadonlySet<number> = new Set();
