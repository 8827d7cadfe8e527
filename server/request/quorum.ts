/**
 * How many replicas a request wants: n copies of a value, answers of r of them for a get and of w for a write.
 * What counts are distinct members: two copies on one machine are one answer.
 */

export interface Quorum {
  /** Copies of a value. More survive more failures, and each costs a write. */
  readonly n: number;
  /** Members that must answer a get. With r + w > n a get meets the last acknowledged write, while nobody fails. */
  readonly r: number;
  /** Members that must have taken a write before it is acknowledged. */
  readonly w: number;
}

export const quorumDefault: Quorum = { n: 3, r: 2, w: 2 };

/** The most copies of a value: a preference list of a request has this many places. */
export const replicasMax = 8;

/** What is wrong with a quorum, as a sentence; undefined if nothing is. */
export function quorumMistake({ n, r, w }: Quorum): string | undefined {
  if (!Number.isInteger(n) || n < 1 || n > replicasMax)
    return `n is ${n}, and must be an integer from 1 to ${replicasMax}.`;
  if (!Number.isInteger(r) || r < 1 || r > n)
    return `r is ${r}, and must be an integer from 1 to n, which is ${n}.`;
  if (!Number.isInteger(w) || w < 1 || w > n)
    return `w is ${w}, and must be an integer from 1 to n, which is ${n}.`;
  return undefined;
}

/** The quorum for a cluster of so few members that it cannot be met otherwise. */
export function cappedQuorum({ n, r, w }: Quorum, members: number): Quorum {
  return { n: Math.min(n, members), r: Math.min(r, members), w: Math.min(w, members) };
}

/**
 * How many distinct members the primaries of each position are: fewer than n around the wrap of a ring whose
 * size the members do not divide. Nobody can ask for more answers than these.
 */
export function distinctOwners(owners: Int16Array, n: number): Uint8Array {
  return Uint8Array.from(owners, (_, position) => {
    const members = new Set<number>();
    for (let i = 0; i < n; i++) members.add(owners[(position + i) % owners.length]!);
    return members.size;
  });
}
