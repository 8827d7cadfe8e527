/** The limits of handoff, with their meaning. */

export interface HandoffLimits {
  /**
   * Transfers that this node sends at once, and that it receives at once. Higher finishes many small partitions
   * sooner and takes more from the requests of clients; 0 stops transfers in that direction.
   */
  readonly outgoingMax: number;
  readonly incomingMax: number;
  /** Bytes of records in one message. Larger costs less per record and makes requests on the link wait longer. */
  readonly chunkBytes: number;
  /** Bytes of one transfer that may be on their way, unacknowledged. Higher hides a slow disk or a long way. */
  readonly windowBytes: number;
  /**
   * Keys of a partition that goes to another owner which were written and wait to be sent again; beyond, all is
   * sent anew. Higher takes memory (about 100 bytes each) while the receiver is away.
   */
  readonly changedKeysMax: number;
  /**
   * The part of its time that a node gives to transfers, those that it sends and those that it receives, while it
   * has requests to answer; and then at most so many bytes in one message, and on their way. Higher finishes
   * transfers sooner, and makes requests wait longer. Without requests none of these holds.
   */
  readonly busyShare: number;
  readonly busyChunkBytes: number;
  readonly busyWindowBytes: number;
  /** Bytes per second that all transfers of this node send together; 0 for no limit. */
  readonly bytesPerSecond: number;
  /**
   * One partition is compared with its replicas this often, and healed if they differ; 0 for never. More often
   * finds damage sooner, and costs a walk through its vnodes each time.
   */
  readonly sweepMs: number;
  /** A transfer from which nothing is heard for this time has failed, at either side. */
  readonly silenceMs: number;
  /** The wait before a failed transfer is tried again: doubles from the first to the last, half of it by chance. */
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
  /** What is to be handed over is looked for at least this often, if nothing asks for it sooner. */
  readonly lookMs: number;
}

export const handoffLimitsDefault: HandoffLimits = {
  outgoingMax: 2,
  incomingMax: 2,
  chunkBytes: 64 * 1024,
  windowBytes: 1024 * 1024,
  busyShare: 0.1,
  busyChunkBytes: 16 * 1024,
  busyWindowBytes: 64 * 1024,
  changedKeysMax: 100_000,
  bytesPerSecond: 0,
  sweepMs: 10_000,
  silenceMs: 10_000,
  retryFirstMs: 50,
  retryLastMs: 5000,
  lookMs: 250,
};
