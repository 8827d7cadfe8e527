/**
 * The ring: who the members are and which of them owns which partition, at one epoch. A ring is a value: it is
 * never changed, and a change of ownership is a new ring with a higher epoch. What a node thinks of the others
 * (up, down) is not part of it.
 */
import { stripe } from './claim.js';
import { hashVersion } from './key-placement.js';
import type { NodeName } from './node-name.js';
import { RingError } from './ring-error.js';
import { checkedRingSize } from './ring-size.js';

export interface Ring {
  /** Rings of different clusters are never compared or merged. */
  readonly clusterId: string;
  /** Counts ownership decisions: of two rings of one cluster, the higher epoch is the newer. */
  readonly epoch: number;
  /** The number of partitions. */
  readonly ringSize: number;
  /** How keys are hashed; a node refuses a ring whose version it does not know. */
  readonly hashVersion: number;
  /** Sorted by name, no name twice. A member's number is its place here, and means nothing in another ring. */
  readonly members: readonly NodeName[];
  /** Position to the number of the member that owns it. */
  readonly owners: Int16Array;
}

/** The most members of one cluster: one for each partition of the largest ring. */
export const membersMax = 1024;

/** Makes the first ring of a cluster, owners by the static claim. Throws a RingError on what cannot be a ring. */
export function createRing(options: {
  clusterId: string;
  ringSize: number;
  members: readonly NodeName[];
}): Ring {
  const ringSize = checkedRingSize(options.ringSize);
  const members = checkedMembers([...options.members].sort());
  return {
    clusterId: checkedClusterId(options.clusterId),
    epoch: 1,
    ringSize,
    hashVersion,
    members,
    owners: stripe(ringSize, members.length),
  };
}

/** Returns the id; throws a RingError unless it is 1 to 64 letters, digits, dots, dashes or underscores. */
export function checkedClusterId(clusterId: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(clusterId)) {
    throw new RingError(
      'bad-cluster-id',
      `${JSON.stringify(clusterId.slice(0, 64))} is no cluster id: use 1 to 64 letters, digits, dots, dashes or underscores, for example rkv.`,
    );
  }
  return clusterId;
}

/** Returns a sorted list of members; throws a RingError if it is empty, too long, out of order or repetitive. */
export function checkedMembers(members: readonly NodeName[]): readonly NodeName[] {
  if (members.length === 0 || members.length > membersMax) {
    throw new RingError(
      'bad-members',
      `A ring has 1 to ${membersMax} members, and this one has ${members.length}.`,
    );
  }
  for (let i = 1; i < members.length; i++) {
    const [before, member] = [members[i - 1]!, members[i]!];
    if (before === member) {
      throw new RingError(
        'bad-members',
        `${member} is a member twice: each member must have a name of its own.`,
      );
    }
    if (before > member) {
      throw new RingError('bad-members', `${before} comes before ${member}: members must be sorted by name.`);
    }
  }
  return Object.freeze([...members]);
}
