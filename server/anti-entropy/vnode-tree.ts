/**
 * Keeps the tree of a vnode true: every change of the storage is told to it. Of a storage that has records from
 * before, the tree is built bit by bit while the storage changes; and it may be built anew at any time beside the
 * one that serves, to see whether the storage still holds what the tree says, and is readable.
 */
import type { RecordView, Storage } from '../storage/index.js';
import { KeyTree, type KeyTreeOptions } from './key-tree.js';

/** What a walk through the storage has found. */
export interface BuiltTree {
  /** Damaged records. */
  readonly unreadable: number;
  /** The storage held something else than the tree said. */
  readonly wasWrong: boolean;
}

interface Build {
  readonly tree: KeyTree;
  /** The last key that was passed; undefined before the first one. */
  after: Buffer | undefined;
  unreadable: number;
  readonly done: ((built: BuiltTree) => void)[];
}

export class VnodeTree {
  /** Damaged records that the last walk through the storage met. */
  unreadable = 0;
  readonly #options: KeyTreeOptions;
  readonly #storage: Storage;
  #tree: KeyTree | undefined;
  #build: Build | undefined;

  constructor(options: KeyTreeOptions, storage: Storage) {
    this.#options = options;
    this.#storage = storage;
    if (storage.isEmpty()) this.#tree = new KeyTree(options);
    else this.build();
  }

  /** The tree; undefined before it has been built. */
  get tree(): KeyTree | undefined {
    return this.#tree;
  }

  get isBuilding(): boolean {
    return this.#build !== undefined;
  }

  /** The record of a key is about to change; undefined: it has none before, or none after. */
  changing(
    key: Buffer,
    keyStart: number,
    keyEnd: number,
    before: RecordView | undefined,
    after: RecordView | undefined,
  ): void {
    this.#tree?.change(key, keyStart, keyEnd, before, after);
    if (this.#build !== undefined && this.#isPassed(key, keyStart, keyEnd))
      this.#build.tree.change(key, keyStart, keyEnd, before, after);
  }

  /** The storage has changed in a way that nobody can tell: what the tree says is not to be relied on. */
  doubt(): void {
    this.#tree = undefined;
    const waiting = this.#build?.done ?? [];
    this.#build = undefined;
    this.build();
    this.#build!.done.push(...waiting);
  }

  /** Builds the tree anew from the storage, unless that is under way. `step` goes on with it. */
  build(done?: (built: BuiltTree) => void): void {
    this.#build ??= { tree: new KeyTree(this.#options), after: undefined, unreadable: 0, done: [] };
    if (done !== undefined) this.#build.done.push(done);
  }

  /** Passes up to so many records; returns how many it has looked at. */
  step(recordsMax: number): number {
    const build = this.#build;
    if (build === undefined) return 0;
    let looked = 0;
    let last: Buffer | undefined;
    const hasMore = this.#storage.scan(
      build.after,
      recordsMax,
      (key, record) => {
        looked++;
        build.tree.change(key, 0, key.length, undefined, record);
        last = key;
      },
      () => {
        build.unreadable++;
      },
    );
    // A copy: the key is a view that the next write may change.
    if (last !== undefined) build.after = Buffer.from(last);
    if (!hasMore) this.#finish(build);
    return looked;
  }

  #finish({ tree, unreadable, done }: Build): void {
    const wasWrong = this.#tree !== undefined && !tree.equals(this.#tree);
    this.#tree = tree;
    this.unreadable = unreadable;
    this.#build = undefined;
    for (const tell of done) tell({ unreadable, wasWrong });
  }

  #isPassed(key: Buffer, keyStart: number, keyEnd: number): boolean {
    const after = this.#build?.after;
    return after !== undefined && !this.#storage.follows(after, key, keyStart, keyEnd);
  }
}
