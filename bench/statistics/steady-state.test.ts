import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/index.js';
import { mannKendall, steadyStateOf, type WindowFigures } from './index.js';

const random = createRandom('exsss', [1, 2, 3]);

function windows(count: number, of: (index: number) => Partial<WindowFigures>): WindowFigures[] {
  return Array.from({ length: count }, (_, index) => ({ opsPerSecond: 1000, medianMs: 1, ...of(index) }));
}

/** Noise of a tenth up and down. */
function noisy(value: number): number {
  return value * (0.9 + 0.2 * random.float());
}

describe('mannKendall', () => {
  test('finds S, its variance with ties, and the slope, as by hand', () => {
    // S = 45 of 45 pairs; the variance is 10 * 9 * 25 / 18 = 125; z = 44 / sqrt(125) = 3.9355, p = 8.3e-5.
    const rising = mannKendall([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(rising.pValue).toBeCloseTo(8.3e-5, 6);
    expect(rising.slope).toBe(1);
    // S = 4 (0 0 0 1: three rises; 0 0 0: none; ...): pairs 1-1 0, 1-2 +, 1-3 +, 1-2 +, 1-3 +, 2-3 + = 5; ties take 18.
    // Variance (4 * 3 * 13 - 2 * 1 * 9) / 18 = 7.667; z = 4 / 2.769 = 1.4446, p = 0.1486.
    expect(mannKendall([1, 1, 2, 3]).pValue).toBeCloseTo(0.1486, 3);
    expect(mannKendall([5, 5, 5, 5, 5])).toEqual({ pValue: 1, slope: 0 });
  });

  test('calls noise a trend about as often as its p-value says', () => {
    let alarms = 0;
    for (let run = 0; run < 1000; run++) {
      const values = Array.from({ length: 30 }, () => random.float());
      if (mannKendall(values).pValue < 0.05) alarms++;
    }
    expect(alarms).toBeGreaterThan(20);
    expect(alarms).toBeLessThan(80);
  });
});

describe('steadyStateOf', () => {
  test('sees no trend in noise, in a stall, or in a warm-up of a few seconds', () => {
    const cases = [
      windows(60, () => ({ opsPerSecond: noisy(1000), medianMs: noisy(2) })),
      windows(60, (i) => ({
        opsPerSecond: i === 30 ? 0 : noisy(1000),
        medianMs: i === 30 ? null : noisy(2),
      })),
      windows(60, (i) => ({ opsPerSecond: i < 5 ? 300 : noisy(1000), medianMs: i < 5 ? 9 : noisy(2) })),
    ];
    for (const one of cases) {
      const { throughput, medianResponseTime, notTested } = steadyStateOf({ windows: one, isConstant: true });
      expect([throughput!.isTrend, medianResponseTime!.isTrend, notTested]).toEqual([false, false, null]);
    }
  });

  test('sees a throughput that falls by a third, and a response time that grows', () => {
    const falling = windows(60, (i) => ({ opsPerSecond: noisy(1200 - (400 * i) / 60) }));
    expect(steadyStateOf({ windows: falling, isConstant: true }).throughput).toMatchObject({ isTrend: true });
    const growing = windows(20, (i) => ({ medianMs: 1 + i * 50 }));
    const { medianResponseTime } = steadyStateOf({ windows: growing, isConstant: true });
    expect(medianResponseTime).toMatchObject({ isTrend: true });
    expect(medianResponseTime!.relativeChange).toBeGreaterThan(1);
  });

  test('does not take a significant but tiny drift for a trend', () => {
    const drift = windows(3600, (i) => ({ opsPerSecond: 1000 + i * 0.01, medianMs: 1 + i * 1e-5 }));
    const {
      throughput,
      medianResponseTime,
      windows: count,
    } = steadyStateOf({ windows: drift, isConstant: true });
    expect(count).toBe(3600);
    expect(throughput!.pValue).toBeLessThan(0.01);
    expect([throughput!.isTrend, medianResponseTime!.isTrend]).toEqual([false, false]);
  });

  test('says why it did not test', () => {
    expect(steadyStateOf({ windows: windows(9, () => ({})), isConstant: true }).notTested).toMatch(
      /9 .* too few/,
    );
    expect(steadyStateOf({ windows: windows(60, () => ({})), isConstant: false }).notTested).toMatch(
      /not meant/,
    );
  });
});
