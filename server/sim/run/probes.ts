/**
 * Situations that the simulation must have been in, or it has proved little: each is counted, and a run names
 * those that it never reached.
 */

export const probes = {
  'crash-while-requests-wait': 'A node crashed while requests of its clients waited.',
  'crash-of-a-majority': 'More than half of the nodes were down at once.',
  'all-down': 'No node ran.',
  'restart-within-a-deadline': 'A node was back before requests that it had lost could have ended.',
  'link-suspected': 'A member was taken for down because it was silent.',
  'link-refused': 'A node refused a link: a frame that cannot be read, or a wrong hello.',
  'paused-past-suspicion': 'A node was paused for longer than it takes to be suspected.',
  'bytes-lost-in-a-cut': 'Bytes were on their way when the network was cut.',
  'stale-replica': 'A primary held an older version than another when everything had healed.',
  'write-superseded': 'A write was acknowledged that no node stored, since each had a newer version.',
  'answer-uncertain': 'A client was told that a write may or may not have happened.',
  'answer-unavailable': 'A client was told that too few members can be reached.',
  'answer-busy': 'A node refused a request because its table was full.',
  'unknown-write-read': 'A write that was never acknowledged was read.',
  'delete-read-as-nothing': 'A deleted key was read, and found to be missing.',
  'skewed-version-refused': 'A node refused a version from too far in the future.',
  'late-reply': 'A reply came when its request had ended.',
  'sync-took-long': 'A disk took tens or hundreds of milliseconds to make something durable.',
  'tombstone-reaped': 'A primary removed a tombstone.',
  'fallback-took-a-write': 'A node stored a record of a partition that it does not own.',
} as const;

export type ProbeName = keyof typeof probes;

export class ProbeCounts {
  readonly counts = new Map<ProbeName, number>();

  hit(name: ProbeName, times = 1): void {
    if (times > 0) this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  add(other: ProbeCounts): void {
    for (const [name, count] of other.counts) this.hit(name, count);
  }

  /** Those that were never reached. */
  missing(): ProbeName[] {
    return (Object.keys(probes) as ProbeName[]).filter((name) => !this.counts.has(name));
  }
}
