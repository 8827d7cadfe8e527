/** How much is in a partition, counted as it changes: nobody can walk through a million records to know. */

export interface PartitionStatistics {
  count: number;
  liveCount: number;
  bytesUsed: number;
}

export function noStatistics(): PartitionStatistics {
  return { count: 0, liveCount: 0, bytesUsed: 0 };
}

/** Adds a change; with a `sign` of -1, takes it back. */
export function addStatistics(to: PartitionStatistics, change: PartitionStatistics, sign: 1 | -1 = 1): void {
  to.count += sign * change.count;
  to.liveCount += sign * change.liveCount;
  to.bytesUsed += sign * change.bytesUsed;
}
