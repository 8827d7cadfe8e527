import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { LoadClock } from './load-clock.js';

describe('the clock of a load thread', () => {
  test('is before every moment of the run until the start is told', () => {
    const clock = new LoadClock();
    expect(clock.nowUs()).toBe(Number.NEGATIVE_INFINITY);
    clock.startAt(performance.timeOrigin + performance.now() + 60_000);
    expect(clock.nowUs()).toBeLessThan(0);
  });

  test('counts microseconds from the start', () => {
    const clock = new LoadClock();
    clock.startAt(performance.timeOrigin + performance.now() - 2000);
    expect(clock.nowUs()).toBeGreaterThanOrEqual(2_000_000);
  });
});
