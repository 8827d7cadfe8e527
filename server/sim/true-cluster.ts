/**
 * What is true of a cluster's membership, which no single node may know: the newest decision that any member
 * has, who is in, and what each node would come back with. Nodes that have not joined, or were removed, are
 * clusters of their own under other ids, and count for nothing here.
 */
import {
  type ClusterState,
  decodeState,
  encodeState,
  type MemberStatus,
  ringEpoch,
  ringOf,
} from '../membership/index.js';
import type { SavedCluster } from '../node/index.js';
import type { NodeName, Ring } from '../ring/index.js';
import type { SimulatedMachine } from './simulated-machine.js';

export interface TrueClusterOptions {
  readonly machines: readonly SimulatedMachine[];
  readonly names: readonly NodeName[];
  /** The cluster as it is formed at the start. */
  readonly formed: ClusterState;
  /** What a node begins with that knows nothing. */
  firstState(number: number): ClusterState;
}

export class TrueCluster {
  readonly #options: TrueClusterOptions;
  /** By node: its ring file. */
  readonly #saved: (SavedCluster | undefined)[] = [];
  /** By node: how often it has come or gone. */
  readonly #stays: number[] = [];
  readonly #isServing: boolean[] = [];
  #state: ClusterState;
  #ring: Ring;

  constructor(options: TrueClusterOptions) {
    this.#options = options;
    this.#state = options.formed;
    this.#ring = ringOf(options.formed);
  }

  /** The state with the newest decision that any member knows. */
  get state(): ClusterState {
    return this.#state;
  }

  get ring(): Ring {
    return this.#ring;
  }

  save(number: number, cluster: SavedCluster): void {
    this.#saved[number] = cluster;
  }

  forget(number: number): void {
    this.#saved[number] = undefined;
  }

  /** What a node comes back with, as it reads it from its ring file; undefined if it has none. */
  saved(number: number): SavedCluster | undefined {
    const saved = this.#saved[number];
    return saved && { ...saved, state: decodeState(encodeState(saved.state)) };
  }

  /** The cluster as a node knows it, or will when it is started. */
  stateOf(number: number): ClusterState {
    const { machines, firstState } = this.#options;
    return machines[number]!.node?.clusterState ?? this.#saved[number]?.state ?? firstState(number);
  }

  /** What a node is in the cluster, as far as it knows itself; undefined if it is in another one. */
  statusOf(number: number): MemberStatus | undefined {
    const { clusterId, members } = this.stateOf(number);
    if (clusterId !== this.#options.formed.clusterId) return undefined;
    const entry = members.get(this.#options.names[number]!);
    return entry?.status === 'invalid' ? undefined : entry?.status;
  }

  /** It belongs to the cluster, or is about to. */
  isIn(number: number): boolean {
    return this.statusOf(number) !== undefined;
  }

  /** It answers clients by the ring of the cluster. */
  serves(number: number): boolean {
    const status = this.statusOf(number);
    if (status !== 'joining') return status !== undefined;
    return this.stateOf(number).members.get(this.#options.names[number]!)!.isRejoin;
  }

  /** It is in by its own knowledge and by the newest decision: what it holds is the cluster's. */
  counts(number: number): boolean {
    const status = this.#state.members.get(this.#options.names[number]!)?.status;
    return status !== undefined && status !== 'invalid' && this.isIn(number);
  }

  /** A number that is another one whenever the node has left the cluster, or come back to it. */
  stayOf(number: number): number {
    return this.#stays[number] ?? 0;
  }

  /** Numbers of the nodes that are in, as the newest decision has it. */
  members(): number[] {
    const { names } = this.#options;
    return [...this.#state.members]
      .filter(([, { status }]) => status !== 'invalid')
      .map(([name]) => names.indexOf(name))
      .sort((a, b) => a - b);
  }

  /** Something about membership has changed at some node. */
  update(): void {
    let newest: ClusterState | undefined;
    for (const { number } of this.#options.machines) {
      const serves = this.serves(number);
      if (serves !== (this.#isServing[number] ?? true)) this.#stays[number] = this.stayOf(number) + 1;
      this.#isServing[number] = serves;
      if (!this.isIn(number)) continue;
      const state = this.stateOf(number);
      if (newest === undefined || ringEpoch(state.decision) > ringEpoch(newest.decision)) newest = state;
    }
    if (newest === undefined || newest === this.#state) return;
    this.#state = newest;
    this.#ring = ringOf(newest);
  }
}
