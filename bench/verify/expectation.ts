// What a store is expected to keep, by name, and which violations break it.
import type { ViolationKind } from './verification.js';

/**
 * - nothing: violations are counted and told, and that is all.
 * - integrity: a read gives what somebody has written under that key.
 * - no-lost-writes: when all is over, no acknowledged write has been undone.
 * - read-your-writes: a worker sees its own acknowledged writes, or newer ones.
 * - monotonic-reads: what a worker sees never gets older.
 * - linearizable: all of these, and each key behaves as if there were one copy of it.
 */
export const expectations = [
  'nothing',
  'integrity',
  'no-lost-writes',
  'read-your-writes',
  'monotonic-reads',
  'linearizable',
] as const;
export type Expectation = (typeof expectations)[number];

const brokenBy: Readonly<Record<Expectation, readonly ViolationKind[]>> = {
  nothing: [],
  integrity: ['phantom', 'corrupt'],
  'no-lost-writes': ['lost-write'],
  'read-your-writes': ['read-your-writes'],
  'monotonic-reads': ['monotonic-reads'],
  linearizable: [
    'phantom',
    'corrupt',
    'read-your-writes',
    'monotonic-reads',
    'not-linearizable',
    'lost-write',
  ],
};

/** Those of `expected` that violations of these counts break. */
export function brokenExpectations(
  expected: readonly Expectation[],
  counts: Readonly<Record<ViolationKind, number>>,
): Expectation[] {
  return expected.filter((one) => brokenBy[one].some((kind) => counts[kind] > 0));
}
