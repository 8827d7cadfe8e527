/**
 * The vnodes that this node runs, one at most per partition, each made when the first request reaches it: a
 * node has a vnode for what it owns and for what it once stood in for, and no others.
 */
import type { StorageFactory } from '../storage/index.js';
import { Vnode } from './vnode.js';

export class VnodeTable {
  readonly #vnodes: (Vnode | undefined)[];
  readonly #createStorage: StorageFactory;

  constructor(ringSize: number, createStorage: StorageFactory) {
    this.#vnodes = new Array<Vnode | undefined>(ringSize).fill(undefined);
    this.#createStorage = createStorage;
  }

  /** The vnode at a position. */
  at(position: number): Vnode {
    return this.#vnodes[position] ?? this.#create(position);
  }

  /** Those that exist, in the order of their positions. */
  running(): Vnode[] {
    return this.#vnodes.filter((vnode) => vnode !== undefined);
  }

  #create(position: number): Vnode {
    const vnode = new Vnode(position, this.#createStorage(position));
    this.#vnodes[position] = vnode;
    return vnode;
  }
}
