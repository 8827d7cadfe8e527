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
   * finds differences sooner, and costs some hundred bytes each time.
   */
  readonly sweepMs: number;
  /**
   * One vnode is walked through this often, to see whether its records are there and can be read; 0 for never, as
   * in memory, where nothing rots. More often finds damage sooner, and costs reading the records.
   */
  readonly scrubMs: number;
  /**
   * A tombstone is kept for this long at least; 0: for ever. Longer takes room for longer, and gains nothing but a
   * margin for clocks that are wrong.
   */
  readonly tombstoneGraceMs: number;
  /**
   * Between the two looks of all members at tombstones that are to be reaped. It must be longer than anything can
   * take that holds an older record and has seen the first look: a request with its own timeout (60 s at most), a
   * read repair (2 s), a link until it is given up (2 s at either end), and a link that is alive and late: one that
   * has 64 MiB waiting and moves more than 110 KB a second is through within ten minutes.
   */
  readonly reapQuarantineMs: number;
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
  sweepMs: 1000,
  scrubMs: 10_000,
  tombstoneGraceMs: 60_000,
  reapQuarantineMs: 600_000,
  silenceMs: 10_000,
  retryFirstMs: 50,
  retryLastMs: 5000,
  lookMs: 250,
};
