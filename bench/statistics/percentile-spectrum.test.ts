import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.js';
import { percentileSpectrum } from './percentile-spectrum.js';

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('percentileSpectrum', () => {
  it('is empty without a sample, and begins and ends at the extremes with one', () => {
    expect(percentileSpectrum(new LatencyHistogram())).toEqual([]);
    expect(percentileSpectrum(histogramOf([7]))).toEqual([
      { percentile: 0, us: 7, count: 1 },
      { percentile: 100, us: 7, count: 1 },
    ]);
  });

  it('gives what sorting all samples gives, at every step', () => {
    // Below 2048 µs the histogram is exact.
    const samples = fc.array(fc.integer({ min: 1, max: 2047 }), { minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(samples, (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const steps = percentileSpectrum(histogramOf(values));
        for (const { percentile, us } of steps) {
          const rank = Math.max(1, Math.ceil((percentile / 100) * sorted.length - 1e-9));
          const neighbours = sorted.slice(Math.max(0, rank - 2), rank + 1);
          expect(neighbours).toContain(us);
        }
        expect(steps[0]!.us).toBe(sorted[0]);
        expect(steps.at(-1)).toEqual({ percentile: 100, us: sorted.at(-1), count: sorted.length });
        const counts = steps.map(({ count }) => count);
        expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  it('takes five steps for each halving, until one sample is left', () => {
    const steps = percentileSpectrum(histogramOf(Array.from({ length: 1024 }, (_, i) => i + 1)));
    expect(steps.map(({ percentile }) => percentile).slice(0, 7)).toEqual([
      0,
      expect.closeTo(10),
      expect.closeTo(20),
      expect.closeTo(30),
      expect.closeTo(40),
      50,
      expect.closeTo(55),
    ]);
    expect(steps.at(-2)!.percentile).toBeCloseTo(100 * (1 - 1 / 1024), 6);
    expect(steps.at(-2)!.us).toBe(1023);
  });
});
