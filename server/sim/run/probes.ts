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
  'claimant-stops': 'The claimant ended or was paused.',
  'claimant-stops-while-partitions-move':
    'The claimant ended or was paused while partitions were handed over.',
  'claimant-stops-with-staged-changes': 'The claimant ended or was paused while changes were staged.',
  'sender-stops-in-a-handoff': 'A node ended or was paused while it sent a partition to its next owner.',
  'receiver-stops-in-a-handoff':
    'A node ended or was paused while it received a partition that will be its own.',
  'sender-stops-between-arrival-and-commit':
    'A node ended or was paused when all of a partition had arrived, and the ring did not say so yet.',
  'receiver-stops-between-arrival-and-commit': 'The same of the node that had received it.',
  'stops-in-a-repair': 'A node ended or was paused while it sent or received records for a repair.',
  'stops-while-hints-move': 'A node ended or was paused while a fallback handed over what it took.',
  'two-claimants': 'Two nodes thought that they were the claimant.',
  takeover: 'A member took over from a claimant.',
  'member-left': 'A member had handed everything over, and left.',
  'member-hears-that-it-is-gone': 'A node learned that it is no member any more.',
  'member-hears-that-it-is-down': 'A node learned that it was marked as down.',
  'request-at-a-node-that-left': 'A client waited for an answer of a node that was removed meanwhile.',
  'partitions-move-while-a-member-is-down': 'Partitions were to be handed over while a member did not run.',
  refilled: 'A node that had lost its data was refilled.',
  'commit-done': 'A commit was done.',
  'commit-uncertain': 'An operator was told that a commit may or may not have been done.',
  'commit-while-a-node-is-down': 'A commit was asked for while some node was down.',
  'commit-refused-since-the-plan-changed': 'A commit was refused, since it would not have been the plan.',
  'commit-without-a-plan': 'A commit was refused, since nothing was planned.',
  'operator-refused-since-the-ring-is-not-ready':
    'A plan or commit was refused, since not all members agreed.',
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
