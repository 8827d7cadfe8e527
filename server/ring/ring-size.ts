/**
 * The number of partitions of a ring: a power of two, so that a partition is the top bits of a hash and no
 * boundary needs rounding. The bounds are those of Riak's own configuration validators.
 */
import { RingError } from './ring-error.js';

export const ringSizeMin = 8;
export const ringSizeMax = 1024;
export const ringSizeDefault = 64;

/** Returns the size that it was given; throws a RingError unless it is a power of two from 8 to 1024. */
export function checkedRingSize(size: number): number {
  const isPowerOfTwo = Number.isInteger(Math.log2(size));
  if (!isPowerOfTwo || size < ringSizeMin || size > ringSizeMax) {
    throw new RingError(
      'bad-ring-size',
      `A ring of ${size} partitions cannot be: the size must be a power of two from ${ringSizeMin} to ${ringSizeMax}, for example ${ringSizeDefault}.`,
    );
  }
  return size;
}
