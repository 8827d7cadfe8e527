/**
 * What a node does for its disk, if it has one: holds answers in the gate until they are durable, keeps the
 * clock's ceiling ahead, notes the cluster that it is in, and counts what could not be read.
 */
import type { HybridClock } from '../object/index.js';
import type { NodeStore } from '../storage/index.js';
import { AckGate, type GatedAnswers, type VnodeTableOptions } from '../vnode/index.js';
import { ClockCatchUp } from './clock-catch-up.js';
import { ClockReserve } from './clock-reserve.js';
import type { Environment } from './environment.js';
import { ReadFailures } from './read-failures.js';

export interface NodeDiskOptions {
  environment: Environment;
  /** The cluster that the node is in at the start. */
  clusterId: string;
  /** Where answers go that were held. */
  answers: GatedAnswers;
  /** A sync has failed: what was put before it may have been undone. */
  onSyncFailed(): void;
  /** The record of a key cannot be read here. The key is a view. */
  onReadFailed(key: Buffer): void;
}

export class NodeDisk {
  /** For the table of vnodes. */
  readonly vnodeOptions: VnodeTableOptions;
  readonly #environment: Environment;
  readonly #gate: AckGate | undefined;
  readonly #readFailures = new ReadFailures();
  #clockReserve: ClockReserve | undefined;
  #clusterId: string;

  constructor({ environment, clusterId, answers, onReadFailed, onSyncFailed }: NodeDiskOptions) {
    const { store } = environment;
    this.#environment = environment;
    this.#clusterId = clusterId;
    const sync: NodeStore['sync'] = (done) =>
      store?.sync((error) => {
        if (error !== undefined) onSyncFailed();
        done(error);
      });
    this.#gate =
      store && new AckGate({ store: { sync }, answers, requestSync: () => environment.requestFlush() });
    this.vnodeOptions = {
      ...(this.#gate !== undefined && { gate: this.#gate }),
      ...(store !== undefined && { positions: store.positions() }),
      onReadFailed: (position, key, error) => {
        this.#readFailures.note(position, key, error);
        onReadFailed(key);
      },
    };
  }

  /** Versions are issued above this time. */
  get clockFloorMs(): number {
    return this.#environment.store?.clockFloorMs ?? 0;
  }

  /** What lets writes wait until the wall clock has reached what a former life may have issued. */
  clockCatchUp(wallMs: number, hasFellows: boolean): ClockCatchUp {
    return new ClockCatchUp({
      environment: this.#environment,
      floorMs: this.clockFloorMs,
      wallMs,
      hasFellows,
    });
  }

  /** From now on the clock issues nothing that the store does not know of. */
  limitClock(clock: HybridClock): void {
    const { store } = this.#environment;
    if (store !== undefined) this.#clockReserve = new ClockReserve(clock, store);
  }

  tick(nowMs: number, wallMs: number): void {
    this.#clockReserve?.tick(wallMs);
    this.#readFailures.tick(nowMs, (event) => this.#environment.log(event));
  }

  /** One sync for all that was held since the last. */
  flush(): void {
    this.#gate?.sync();
  }

  /** The node is in this cluster now, and goes by the ring of this epoch. */
  inCluster(clusterId: string, epoch: number): void {
    const { store, log } = this.#environment;
    const noted = (error?: Error) => {
      if (error !== undefined) log({ level: 'warn', event: 'cluster-not-stored', reason: error.message });
    };
    if (clusterId !== this.#clusterId) {
      this.#clusterId = clusterId;
      store?.setClusterId(clusterId, noted);
    }
    // An older ring is news that was lost: the disk goes on to know that there was more.
    if (store !== undefined && epoch > store.ringEpoch) store.noteRingEpoch(epoch, noted);
  }

  counters(): readonly (readonly [string, string | number])[] {
    return [
      ['answers_held', this.#gate?.count ?? 0],
      ['corrupt_reads', this.#readFailures.corrupt],
      ['failed_reads', this.#readFailures.failed],
    ];
  }
}
