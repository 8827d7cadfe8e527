/** The checkers bite: each planted fault is found, by the invariant that it breaks, within a few seeds. */
import { afterEach, describe, expect, it } from 'vitest';
import { failuresOf } from '../run/run-result.js';
import { drawSettings } from '../run/settings.js';
import { simulate } from '../run/simulated-run.js';
import { type PlantedFault, plantedFaults } from './planted-faults.js';

const durationMs = 10_000;
let restore = () => {};
afterEach(() => restore());

/** The invariants that broke, of the first seed in which any did. */
function found({ settings, seeds }: PlantedFault): string[] {
  for (let seed = 1; seed <= seeds; seed++) {
    const result = simulate({ settings: settings(drawSettings({ seed, durationMs })) });
    const broken = failuresOf(result).map(({ id }) => id);
    if (broken.length > 0) return broken;
  }
  return [];
}

describe('a planted fault', () => {
  it.each(plantedFaults)('$name is found: $mistake', (fault) => {
    restore = fault.plant();
    expect(fault.breaks).toContain(found(fault)[0]);
  });

  it('is not in place any more: without them, the same runs break nothing', () => {
    for (const { name, settings } of plantedFaults) {
      const result = simulate({ settings: settings(drawSettings({ seed: 1, durationMs })) });
      expect(failuresOf(result), name).toEqual([]);
    }
  });
});
