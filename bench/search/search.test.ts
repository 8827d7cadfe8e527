import { describe, expect, test } from 'vitest';
import { Xoshiro128 } from '../random/index.js';
import { capacityOf } from './capacity.js';
import { nextStep, type SearchSettings } from './next-step.js';
import type { Trial } from './trial.js';

const settings: SearchSettings = { from: 1000, to: 1_000_000, repeats: 3, precision: 0.05 };

function trial(rate: number, passed: boolean, generatorBound = false): Trial {
  return {
    rate,
    achieved: rate,
    passed,
    reasons: [],
    p50Ms: 1,
    p99Ms: 2,
    levels: [],
    generatorBound,
    workersBusy: false,
    folder: '',
  };
}

/** Searches a store whose trials pass as `passes` says; returns the last step and all trials. */
function search(passes: (rate: number) => boolean, options = settings) {
  const trials: Trial[] = [];
  for (;;) {
    const step = nextStep(trials, options);
    if (step.kind !== 'try') return { step, trials };
    expect(trials.length, 'the search ends').toBeLessThan(200);
    trials.push(trial(step.rate, passes(step.rate)));
  }
}

describe('a search', () => {
  test.each([3, 137, 1000, 1001, 48_000, 730_000])('finds a capacity of %d', (capacity) => {
    const { step, trials } = search((rate) => rate <= capacity);
    expect(step.kind).toBe('done');
    const { holds, fails } = step as { holds: number; fails: number };
    expect(holds).toBeLessThanOrEqual(capacity);
    expect(fails).toBeGreaterThan(capacity);
    if (capacity > 100) expect(fails / holds).toBeLessThanOrEqual(1.05);
    const found = capacityOf(trials, 0.95)!;
    expect(found.interval.low).toBeLessThanOrEqual(capacity);
    expect(found.interval.high).toBeGreaterThanOrEqual(capacity);
  });

  test('says so when everything holds, and when nothing does', () => {
    expect(search(() => true).step).toEqual({ kind: 'done', holds: 1_000_000, fails: undefined });
    expect(search(() => false).step).toEqual({ kind: 'done', holds: undefined, fails: 1 });
    expect(capacityOf(search(() => true).trials, 0.95)).toBeUndefined();
  });

  test('does not let one bad trial decide', () => {
    const seen = new Set<number>();
    const { step } = search((rate) => {
      const isFirst = !seen.has(rate);
      seen.add(rate);
      return rate <= 20_000 && !isFirst;
    });
    expect((step as { holds: number }).holds).toBeGreaterThan(18_000);
  });

  test('goes on from the trials that there are', () => {
    const { trials } = search((rate) => rate <= 48_000);
    for (let count = 0; count < trials.length; count++)
      expect(nextStep(trials.slice(0, count), settings)).toEqual({ kind: 'try', rate: trials[count]!.rate });
  });

  test('ends where the generator is at its own limit', () => {
    const trials = [trial(1000, true), trial(1000, true), trial(2000, false, true)];
    expect(nextStep(trials, settings)).toEqual({ kind: 'generator-bound', rate: 2000, holds: 1000 });
  });

  test('finds the capacity of a store that is not sure of itself, within the interval mostly', () => {
    const random = new Xoshiro128([5, 6, 7]);
    let missed = 0;
    for (let round = 0; round < 100; round++) {
      // Passes surely below 7,000, and never above 14,000.
      const passes = (rate: number) => random.next() / 2 ** 32 > 0.5 + Math.log2(rate / 10_000);
      const { trials } = search(passes, { ...settings, repeats: 5 });
      const { low, high } = capacityOf(trials, 0.95)!.interval;
      if (low > 10_000 || high < 10_000) missed++;
    }
    // Five are expected, with a standard deviation of two.
    expect(missed).toBeLessThanOrEqual(11);
  });
});
