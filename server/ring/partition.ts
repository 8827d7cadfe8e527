/**
 * A partition has a position (0..ringSize-1, what the code counts with) and an index (position * 2^160 /
 * ringSize, what people and the wire see, as in Riak Core). This file converts between the two, exactly.
 */
import assert from 'node:assert/strict';
import { RingError } from './ring-error.js';
import { checkedRingSize } from './ring-size.js';

/** The number of points on the ring: every SHA-1 hash is one of them. */
export const hashSpace = 2n ** 160n;

/** The index of the partition at a position: position * 2^160 / ringSize. */
export function partitionIndex(position: number, ringSize: number): bigint {
  assert(
    Number.isInteger(position) && position >= 0 && position < ringSize,
    `no position ${position} of ${ringSize}`,
  );
  return BigInt(position) * partitionSpan(ringSize);
}

/** The index in decimal, as replies and logs print it; made once per ring size, since replies ask for each. */
export function partitionName(position: number, ringSize: number): string {
  let names = namesBySize.get(ringSize);
  if (names === undefined) {
    checkedRingSize(ringSize);
    names = Array.from({ length: ringSize }, (_, at) => partitionIndex(at, ringSize).toString());
    namesBySize.set(ringSize, names);
  }
  const name = names[position];
  assert(name !== undefined, `no position ${position} of ${ringSize}`);
  return name;
}

/** The position of a partition's index; throws a RingError unless the index is exactly a boundary of the ring. */
export function positionOfPartition(index: bigint, ringSize: number): number {
  const span = partitionSpan(ringSize);
  if (index < 0n || index >= hashSpace || index % span !== 0n) {
    throw new RingError(
      'bad-partition',
      `${index} is no partition of a ring of ${ringSize}: a partition is a multiple of ${span} below 2^160.`,
    );
  }
  return Number(index / span);
}

/** How many hashes belong to one partition: 2^160 / ringSize. */
function partitionSpan(ringSize: number): bigint {
  return hashSpace / BigInt(checkedRingSize(ringSize));
}

// At most one entry for each of the eight ring sizes.
const namesBySize = new Map<number, readonly string[]>();
