/**
 * What this node holds of the keys that another member's partition should hold, too: those whose preference list
 * includes that partition. They lie in the vnodes around it, wherever this node runs one, as owner or fallback.
 */
import type { KeyPlacement } from '../ring/index.js';
import type { Vnode } from '../vnode/index.js';
import { isInPart, type LeafPart } from './leaf-part.js';
import { PartitionScan } from './partition-scan.js';
import type { ChunkBuilder } from './record-chunk.js';
import type { RecordSource } from './record-source.js';

export interface RepairSourceOptions {
  /** The partition that is repaired. */
  readonly position: number;
  /** Only these records; undefined: all that belong there. */
  readonly part?: LeafPart | undefined;
  readonly ringSize: number;
  /** Copies of each key. */
  readonly n: number;
  readonly placement: KeyPlacement;
  /** Those that this node runs. */
  readonly vnodes: readonly Vnode[];
}

export class RepairSource implements RecordSource {
  readonly expectedRecords: number;
  readonly #scans: PartitionScan[];
  readonly #isWanted: (key: Buffer) => boolean;

  constructor(options: RepairSourceOptions) {
    const { position, ringSize, n, placement, part } = options;
    const near = nearVnodes(options);
    this.#scans = near.map((vnode) => new PartitionScan(vnode.position, vnode.storage));
    this.expectedRecords = near.reduce((sum, vnode) => sum + vnode.storage.count, 0);
    this.#isWanted = (key) =>
      part !== undefined
        ? isInPart(placement, part, key)
        : ((position - placement.position(key, 0, key.length)) & (ringSize - 1)) < n;
  }

  get isExhausted(): boolean {
    return this.#scans.length === 0;
  }

  accepted(): void {}

  fill(chunk: ChunkBuilder): void {
    const scan = this.#scans[0];
    if (scan === undefined) return;
    scan.fill(chunk, this.#isWanted);
    if (scan.isAtEnd) this.#scans.shift();
  }

  acknowledged(): void {}

  failed(): void {}
}

/** The vnodes with records that may hold keys of the partition: at most n - 1 partitions away. */
export function nearVnodes({
  position,
  ringSize,
  n,
  vnodes,
}: Pick<RepairSourceOptions, 'position' | 'ringSize' | 'n' | 'vnodes'>): Vnode[] {
  const mask = ringSize - 1;
  return vnodes.filter((vnode) => {
    const isNear = ((vnode.position - position) & mask) < n || ((position - vnode.position) & mask) < n;
    return isNear && !vnode.storage.isEmpty();
  });
}
