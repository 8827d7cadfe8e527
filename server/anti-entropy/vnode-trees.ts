/**
 * The trees of all vnodes of a node: answers what is asked of them, builds those that are not built, and walks
 * through the storages from time to time to see whether they still hold, and can read, what the trees say.
 */
import type { VnodeTable } from '../vnode/index.js';
import { digestsOf, type TreeAnswer, type TreeAsk, unknownTree } from './tree-message.js';

export interface VnodeTreesOptions {
  readonly vnodes: VnodeTable;
  /** Records that are looked at in one step. */
  readonly recordsPerStep: number;
  /** One vnode is walked through this often; 0 for never. */
  scrubMs(): number;
  nowMs(): number;
  /** A walk found damaged records, or others than the tree said. */
  onDamage(position: number, unreadable: number, wasWrong: boolean): void;
}

export class VnodeTrees {
  readonly #options: VnodeTreesOptions;
  #scrubAtMs: number;
  #scrubbed = -1;

  constructor(options: VnodeTreesOptions) {
    this.#options = options;
    this.#scrubAtMs = options.nowMs() + options.scrubMs();
  }

  /** Calls back with what the tree at a position says: at once, unless it is to be built anew before. */
  ask(position: number, ask: TreeAsk, done: (answer: TreeAnswer) => void): void {
    const tree = this.#options.vnodes.existing(position)?.tree;
    if (tree !== undefined && ask.isFresh) tree.build(() => done(this.#answer(position, ask)));
    else done(this.#answer(position, ask));
  }

  /** Builds as far as one step allows. */
  step(): void {
    const { vnodes, recordsPerStep, nowMs, scrubMs } = this.#options;
    let left = recordsPerStep;
    for (const { tree } of vnodes.running()) {
      while (tree?.isBuilding === true && left > 0) left -= Math.max(1, tree.step(left));
      if (left <= 0) return;
    }
    if (scrubMs() === 0 || nowMs() < this.#scrubAtMs) return;
    this.#scrubAtMs = nowMs() + scrubMs();
    this.#scrub();
  }

  #scrub(): void {
    const running = this.#options.vnodes.running();
    const next = running.find(({ position }) => position > this.#scrubbed) ?? running[0];
    if (next === undefined) return;
    const { position, tree } = next;
    this.#scrubbed = position;
    tree?.build(({ unreadable, wasWrong }) => {
      if (unreadable > 0 || wasWrong) this.#options.onDamage(position, unreadable, wasWrong);
    });
  }

  #answer(position: number, ask: TreeAsk): TreeAnswer {
    const vnode = this.#options.vnodes.existing(position);
    const tree = vnode?.tree?.tree;
    // A vnode that does not run holds nothing, and is not made for this.
    if (vnode !== undefined && tree === undefined) return unknownTree;
    return {
      isKnown: true,
      count: tree?.count(ask.home) ?? 0,
      unreadable: vnode?.tree?.unreadable ?? 0,
      digests: digestsOf(tree, ask),
    };
  }
}
