/**
 * The vnodes that this node runs, one at most per partition, each made when the first request reaches it, or at
 * the start if its storage has records from before: a node has a vnode for what it owns and for what it once
 * stood in for, and no others.
 */
import { VnodeTree } from '../anti-entropy/index.js';
import type { KeyPlacement } from '../ring/index.js';
import type { StorageFactory } from '../storage/index.js';
import type { AckGate } from './ack-gate.js';
import { Vnode, type VnodeOptions } from './vnode.js';

export interface VnodeTableOptions {
  /** Partitions that have records from before. */
  readonly positions?: readonly number[];
  /** Where answers wait until they are durable; without one they are so at once. */
  readonly gate?: AckGate;
  /** The wall clock, by which records expire; without one they stay, for tests. */
  readonly wallMs?: () => number;
  /** Copies of each key: with more than one, each vnode has a tree by which they are compared. Default 1. */
  readonly copies?: number;
  /** See VnodeOptions. */
  readonly onReadFailed?: VnodeOptions['onReadFailed'];
}

export class VnodeTable {
  /** Where answers wait until they are durable; undefined if nothing ever has to. */
  readonly gate: AckGate | undefined;
  readonly #vnodes: (Vnode | undefined)[];
  readonly #createStorage: StorageFactory;
  readonly #wallMs: () => number;
  readonly #vnodeOptions: VnodeOptions | undefined;
  readonly #copies: number;
  readonly #placement: KeyPlacement;

  constructor(placement: KeyPlacement, createStorage: StorageFactory, options: VnodeTableOptions = {}) {
    const { gate, positions = [], copies = 1, onReadFailed = () => {}, wallMs = () => 0 } = options;
    this.#placement = placement;
    this.#copies = copies;
    this.gate = gate;
    this.#vnodes = new Array<Vnode | undefined>(placement.ringSize).fill(undefined);
    this.#createStorage = createStorage;
    this.#wallMs = wallMs;
    this.#vnodeOptions = gate && { isGateFull: () => gate.isFull, onReadFailed };
    for (const position of positions) this.at(position);
  }

  /** The vnode at a position. */
  at(position: number): Vnode {
    return this.#vnodes[position] ?? this.#create(position);
  }

  /** The vnode at a position, if there is one already. */
  existing(position: number): Vnode | undefined {
    return this.#vnodes[position];
  }

  /** Those that exist, in the order of their positions. */
  running(): Vnode[] {
    return this.#vnodes.filter((vnode) => vnode !== undefined);
  }

  /** What was put may have been undone: what is kept beside the storages is worked out anew. */
  doubt(): void {
    for (const vnode of this.running()) vnode.tree?.doubt();
  }

  /** Ends the vnode at a position: it holds nothing any more. */
  remove(position: number): void {
    this.#vnodes[position]?.storage.dispose();
    this.#vnodes[position] = undefined;
  }

  #create(position: number): Vnode {
    const vnode = new Vnode(position, this.#createStorage(position), this.#wallMs, this.#vnodeOptions);
    if (this.#copies > 1)
      vnode.tree = new VnodeTree({ position, n: this.#copies, placement: this.#placement }, vnode.storage);
    this.#vnodes[position] = vnode;
    return vnode;
  }
}
