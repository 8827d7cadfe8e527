/** What each consistency promises about single keys, and that the check would notice if it did not. */
import { describe, expect, it } from 'vitest';
import type { PlantedFault } from '../request/index.js';
import { type RegisterRunOptions, runRegisters } from './register-run.js';

/** Long: on a quiet machine each takes some seconds at most. */
const timeoutMs = 300_000;

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** The first of the seeds whose run breaks linearizability. */
function firstBroken(options: Omit<RegisterRunOptions, 'seed'>, count: number): number | undefined {
  return seeds(count).find((seed) => runRegisters({ ...options, seed }).mistakes.length > 0);
}

describe('atomic registers', { timeout: timeoutMs }, () => {
  it('are linearizable through crashes with lost writes, pauses, cuts, clocks that jump, and duplicates', () => {
    const ok = { operations: 0 };
    for (const seed of seeds(6)) {
      const { mistakes, operations } = runRegisters({ seed, consistency: 'atomic' });
      expect(mistakes, `seed ${seed}`).toEqual([]);
      ok.operations += operations.ok;
    }
    // Most of the time there is a majority, and then they go on.
    expect(ok.operations).toBeGreaterThan(2500);
  });

  it('are linearizable while members join and leave and their partitions move', () => {
    for (const seed of seeds(5)) {
      const { mistakes, operations, cluster } = runRegisters({
        seed,
        consistency: 'atomic',
        changesMembers: true,
      });
      expect(mistakes, `seed ${seed}`).toEqual([]);
      expect(operations.ok).toBeGreaterThan(200);
      // The ring has changed, again and again.
      expect(cluster.node(0).clusterState.decision.epoch).toBeGreaterThan(10);
    }
  });

  it('are linearizable with deletes', () => {
    let unknown = 0;
    for (const seed of seeds(6)) {
      const run = runRegisters({
        seed,
        consistency: 'atomic',
        deleteShare: 0.2,
        durationMs: 4000,
        sessions: 4,
      });
      expect(run.mistakes, `seed ${seed}`).toEqual([]);
      unknown += run.unknown;
    }
    expect(unknown).toBeLessThan(4);
  });

  it.each([
    ['duplicate-answers', 30],
    ['no-write-back', 10],
    ['one-phase', 10],
    ['recoordinated', 60],
  ] satisfies [PlantedFault, number][])(
    'are not with the fault %s, and that is found',
    (plantedFault, count) => {
      expect(firstBroken({ consistency: 'atomic', plantedFault }, count)).toBeDefined();
    },
  );
});

describe('what is not promised', { timeout: timeoutMs }, () => {
  it.each(['sloppy', 'strict'] as const)('shows in %s runs: they are not linearizable', (consistency) => {
    expect(firstBroken({ consistency }, 10)).toBeDefined();
  });
});
