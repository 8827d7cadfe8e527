import fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram, trackableUsMax } from './latency-histogram.js';
import { latencyRow, latencyStatistics } from './latency-statistics.js';

const latency = fc.oneof(
  fc.integer({ min: 0, max: 5000 }),
  fc.integer({ min: 0, max: 2 ** 31 }),
  fc.double({ min: 0, max: trackableUsMax, noNaN: true }),
);

function recorded(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('LatencyHistogram', () => {
  test('counts like hdr-histogram-js does when it records the same values itself', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 200 }), (values) => {
        const oracle = build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: trackableUsMax,
          numberOfSignificantValueDigits: 3,
          bitBucketSize: 64,
        });
        for (const value of values) oracle.recordValue(Math.max(1, Math.round(value)));
        const folded = recorded(values).fold();
        expect(folded.totalCount).toBe(oracle.totalCount);
        for (const percentile of [0, 10, 50, 90, 95, 99, 99.9, 99.99, 100]) {
          expect(folded.getValueAtPercentile(percentile)).toBe(oracle.getValueAtPercentile(percentile));
        }
      }),
    );
  });

  test('keeps minimum, mean and maximum exactly', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 50 }), (values) => {
        const histogram = recorded(values);
        expect(histogram.minUs).toBe(Math.min(...values));
        expect(histogram.maxUs).toBe(Math.max(...values));
        expect(histogram.meanUs).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 3);
      }),
    );
  });

  test('is the same whether samples are recorded in one place or merged from several', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (left, right) => {
        const whole = recorded([...left, ...right]);
        const merged = recorded(left);
        merged.merge(recorded(right));
        const posted = recorded(left);
        posted.mergeEncoded(structuredClone(recorded(right).encode()));
        for (const other of [merged, posted]) {
          expect(other.count).toBe(whole.count);
          expect(other.minUs).toBe(whole.minUs);
          expect(other.maxUs).toBe(whole.maxUs);
          expect([...other.encode()].slice(4)).toEqual([...whole.encode()].slice(4));
        }
      }),
    );
  });

  test('takes samples from a histogram of hdr-histogram-js', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency, { minLength: 1 }), (left, right) => {
        const whole = recorded([...left, ...right]);
        const other = recorded(left);
        other.addFrom(recorded(right).fold());
        expect([...other.encode()].slice(4)).toEqual([...whole.encode()].slice(4));
        expect(other.count).toBe(whole.count);
        // The other histogram knows its mean by its buckets: whole microseconds, 0.1 % wide.
        expect(Math.abs(other.meanUs - whole.meanUs)).toBeLessThanOrEqual(1 + whole.meanUs * 0.001);
      }),
    );
  });

  test('is empty after a reset', () => {
    const histogram = recorded([1, 50, 3e9]);
    histogram.reset();
    expect(histogram.count).toBe(0);
    expect(histogram.fold().totalCount).toBe(0);
    expect([...histogram.encode()].slice(4)).toEqual([]);
    histogram.record(7);
    expect(histogram.minUs).toBe(7);
  });

  test('counts what is longer than it can track at its end, with the exact maximum', () => {
    const histogram = recorded([10, 1e12]);
    expect(histogram.maxUs).toBe(1e12);
    expect(histogram.fold().totalCount).toBe(2);
  });

  test('refuses what is no latency', () => {
    expect(() => recorded([-1])).toThrow();
    expect(() => recorded([Number.NaN])).toThrow();
    expect(() => recorded([Number.POSITIVE_INFINITY])).toThrow();
  });
});

describe('statistics', () => {
  test('of two samples are those two samples, not zeros', () => {
    const histogram = recorded([1_999_000, 2_001_000]);
    const window = { elapsedSeconds: 5, windowSeconds: 5, n: 2, errors: 0 };
    expect(latencyRow(histogram, window)).toMatchObject({
      minUs: 1_999_000,
      maxUs: 2_001_000,
      meanUs: 2_000_000,
    });
    const statistics = latencyStatistics(histogram)!;
    expect(statistics.p99).toBe(2001);
    expect(statistics.p50).toBeCloseTo(1999, -1);
  });

  test('of fractions of a microsecond keep their mean', () => {
    expect(latencyStatistics(recorded([0.25, 0.75]))).toMatchObject({
      min: 0.00025,
      mean: 0.0005,
      max: 0.00075,
    });
  });

  test('of nothing are null, and zeros in a row', () => {
    expect(latencyStatistics(new LatencyHistogram())).toBeNull();
    const window = { elapsedSeconds: 1, windowSeconds: 1, n: 0, errors: 3 };
    expect(latencyRow(new LatencyHistogram(), window)).toMatchObject({ maxUs: 0, p99Us: 0, errors: 3 });
  });

  test('never show a percentile above the maximum', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), (values) => {
        const { p50, p99, p9999, max, min } = latencyStatistics(recorded(values))!;
        expect(min).toBeLessThanOrEqual(p50);
        expect(p50).toBeLessThanOrEqual(p99);
        expect(p99).toBeLessThanOrEqual(p9999);
        expect(p9999).toBeLessThanOrEqual(max);
      }),
    );
  });
});
