/**
 * Looks into the storages of all nodes at once, which nobody in the cluster can: who holds what of a key. For
 * checkers, and for what a person wants to see.
 */
import { KeyPlacement, type Ring } from '../ring/index.js';
import { emptyRecordView, type RecordView, type Storage } from '../storage/index.js';
import { isFound, type VersionText, valueText, versionText } from './observation.js';

export interface HeldCopy {
  readonly node: number;
  readonly position: number;
  /** Undefined: nothing is held, not even a tombstone. */
  readonly version: VersionText | undefined;
  /** Undefined: nothing, or a tombstone. */
  readonly value: string | undefined;
}

export interface ReplicaSurveyOptions {
  readonly nodes: number;
  /** The ring by which primaries are told. */
  ring(): Ring;
  /** The node is of the cluster: what others hold is not looked at. */
  isIn(node: number): boolean;
  /** The number of the node that is this member of the ring. */
  nodeOf(ring: Ring, member: number): number;
  /** What is on the disk of a node, synced; undefined: nodes keep everything in memory. */
  durable?(node: number): ReadonlyMap<number, Storage>;
}

export class ReplicaSurvey {
  readonly #options: ReplicaSurveyOptions;
  /** By node: the storages of its life, by position. */
  readonly #storages: Map<number, Storage>[];

  constructor(options: ReplicaSurveyOptions) {
    this.#options = options;
    this.#storages = Array.from({ length: options.nodes }, () => new Map());
  }

  opened(node: number, position: number, storage: Storage): void {
    this.#storages[node]!.set(position, storage);
  }

  ended(node: number): void {
    this.#storages[node] = new Map();
  }

  /** The primaries of a key, and what each holds of it. */
  primaries(key: string, n: number): HeldCopy[] {
    const ring = this.#options.ring();
    const bytes = Buffer.from(key, 'latin1');
    const first = new KeyPlacement(ring.ringSize).position(bytes, 0, bytes.length);
    return Array.from({ length: Math.min(n, ring.ringSize) }, (_, i) => {
      const position = (first + i) % ring.ringSize;
      const node = this.#ownerOf(ring, position);
      return heldIn(this.#storages[node]!.get(position), node, position, key);
    });
  }

  /** All copies of a key that any running node holds, of whatever partition. */
  copies(key: string): HeldCopy[] {
    return this.#storages
      .flatMap((storages, node) =>
        [...storages].map(([position, storage]) => heldIn(storage, node, position, key)),
      )
      .filter(({ version }) => version !== undefined);
  }

  /** As `copies`, and what is on the disks of nodes, synced, whether or not they run. */
  held(key: string): HeldCopy[] {
    const { durable, isIn } = this.#options;
    const onDisks = this.#storages.flatMap((_, node) =>
      [...(durable?.(node) ?? [])].map(([position, storage]) => heldIn(storage, node, position, key)),
    );
    return [...this.copies(key), ...onDisks].filter(
      ({ node, version }) => version !== undefined && isIn(node),
    );
  }

  /** Where running nodes keep tombstones. */
  tombstones(): { node: number; position: number; count: number }[] {
    return this.#storages.flatMap((storages, node) =>
      [...storages]
        .map(([position, { count, liveCount }]) => ({ node, position, count: count - liveCount }))
        .filter(({ node, count }) => count > 0 && this.#options.isIn(node)),
    );
  }

  /** Where nodes hold records of partitions that they do not own. */
  strays(): { node: number; position: number; count: number }[] {
    const ring = this.#options.ring();
    return this.#storages.flatMap((storages, node) =>
      this.#options.isIn(node)
        ? [...storages]
            .filter(([position, { count }]) => count > 0 && this.#ownerOf(ring, position) !== node)
            .map(([position, { count }]) => ({ node, position, count }))
        : [],
    );
  }

  /** The node that owns a partition. */
  owner(position: number): number {
    return this.#ownerOf(this.#options.ring(), position);
  }

  distinctPrimaries(key: string, n: number): number {
    return new Set(this.primaries(key, n).map(({ node }) => node)).size;
  }

  /** The newest version of a key that would be left if all nodes crashed now. */
  newestDurable(key: string): VersionText | undefined {
    const { durable } = this.#options;
    let newest: VersionText | undefined;
    this.#storages.forEach((storages, node) => {
      if (!this.#options.isIn(node)) return;
      for (const [position, storage] of durable?.(node) ?? storages) {
        const { version } = heldIn(storage, node, position, key);
        if (version !== undefined && (newest === undefined || version > newest)) newest = version;
      }
    });
    return newest;
  }

  /** The version of a key that a node would keep of a partition if it crashed now. */
  durableVersion(node: number, position: number, key: string): VersionText | undefined {
    const storages = this.#options.durable?.(node) ?? this.#storages[node]!;
    return heldIn(storages.get(position), node, position, key).version;
  }

  #ownerOf(ring: Ring, position: number): number {
    return this.#options.nodeOf(ring, ring.owners[position]!);
  }
}

function heldIn(storage: Storage | undefined, node: number, position: number, key: string): HeldCopy {
  const bytes = Buffer.from(key, 'latin1');
  if (storage === undefined || !isFound(storage, bytes, 0, bytes.length, view))
    return { node, position, version: undefined, value: undefined };
  return { node, position, version: versionText(view), value: valueText(view) };
}

// One view for all calls: nothing here is asynchronous.
const view: RecordView = emptyRecordView();
