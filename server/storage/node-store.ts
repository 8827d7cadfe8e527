/**
 * What a durable engine gives to its node beside the storages of the partitions: what they have in common, as
 * the disk under them. A node without one keeps everything in memory, and answers at once.
 */

/** Called once: without an error when it is done, with one when some of it is not, and will not be. */
export type StoreDone = (error?: Error) => void;

export interface NodeStore {
  /** Positions of partitions that have records: those to take up again when the node begins. */
  positions(): number[];
  /**
   * Calls `done` when everything put so far, in whatever partition, is as durable as this engine makes it. With
   * an error, some of it is not: when the error is a definite StorageError, what was put since the last call has
   * been undone.
   */
  sync(done: StoreDone): void;
  /** No former life of the node has issued a version above this time. */
  readonly clockFloorMs: number;
  /** Up to where the clock was reserved before the node began; above `clockFloorMs`. */
  readonly clockCeilingMs: number;
  /**
   * Calls `done` when it is durable that the records are now of another cluster, which the node has joined: no
   * ring epoch of it is known.
   */
  setClusterId(clusterId: string, done: StoreDone): void;
  /** The ring epoch that was noted last, of the cluster that the records are of; 0 for none. */
  readonly ringEpoch: number;
  /** Calls `done` when it is durable that the node has gone by this ring epoch. */
  noteRingEpoch(epoch: number, done: StoreDone): void;
  /** Calls `done` when it is durable that versions up to this time may have been issued. */
  reserveClock(ceilingMs: number, done: StoreDone): void;
}
