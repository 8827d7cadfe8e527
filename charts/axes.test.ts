import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAxis } from './count-axis.js';
import { belowResolutionUs, formatLatency, latencyAxis } from './latency-axis.js';
import { timeEnd } from './time-axis.js';

describe('latencyAxis', () => {
  const latencyUs = fc.double({ min: belowResolutionUs, max: 4e9, noNaN: true });

  it('contains every value, spans at least ten to one and has two numbers or more', () => {
    fc.assert(
      fc.property(fc.array(latencyUs, { minLength: 1, maxLength: 20 }), (values) => {
        const { domainUs, ticks } = latencyAxis(values);
        const [min, max] = domainUs;
        expect(min).toBeLessThanOrEqual(Math.min(...values));
        expect(max).toBeGreaterThanOrEqual(Math.max(...values));
        expect(min).toBeGreaterThan(0);
        expect(max / min).toBeGreaterThanOrEqual(10 - 1e-9);
        expect(ticks.filter(({ label }) => label !== '').length).toBeGreaterThanOrEqual(2);
        expect(ticks.every(({ us }) => us >= min && us <= max)).toBe(true);
      }),
    );
  });

  it('does not grow far beyond the values', () => {
    expect(latencyAxis([120, 4_300]).domainUs).toEqual([100, 5_000]);
    expect(latencyAxis([1_000]).domainUs).toEqual([500, 5_000]);
  });

  it('has a place for what is shorter than a microsecond', () => {
    const { ticks } = latencyAxis([belowResolutionUs, 40]);
    expect(ticks.filter(({ label }) => label !== '').map(({ label }) => label)).toEqual([
      '< 1 µs',
      '1 µs',
      '2 µs',
      '5 µs',
      '10 µs',
      '20 µs',
      '50 µs',
    ]);
  });

  it('writes powers of ten alone on a long axis', () => {
    const labels = latencyAxis([150, 1_500_000]).ticks.map(({ label }) => label);
    expect(labels.filter((label) => label !== '')).toEqual(['100 µs', '1 ms', '10 ms', '100 ms', '1 s']);
  });
});

describe('formatLatency', () => {
  it('takes the unit that keeps the number short', () => {
    expect([0.5, 1, 850, 1_500, 20_000, 2_000_000, 1_500_000_000].map(formatLatency)).toEqual([
      '< 1 µs',
      '1 µs',
      '850 µs',
      '1.5 ms',
      '20 ms',
      '2 s',
      '1,500 s',
    ]);
  });
});

describe('countAxis', () => {
  it('starts at zero, ends at a line at or above the greatest, and wastes less than half', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
        fc.integer({ min: 3, max: 8 }),
        (greatest, n) => {
          const { domain, ticks } = countAxis(greatest, n);
          expect(ticks[0]?.value).toBe(0);
          expect(ticks.at(-1)?.value).toBe(domain[1]);
          expect(domain[1]).toBeGreaterThanOrEqual(greatest * (1 - 1e-9));
          expect(domain[1]).toBeLessThanOrEqual(greatest * 2);
          expect(ticks.length).toBeLessThanOrEqual(n + 2);
        },
      ),
    );
  });

  it('writes no number that its line does not have', () => {
    expect(countAxis(1, 4).ticks.map(({ label }) => label)).toEqual(['0', '0.25', '0.5', '0.75', '1']);
    expect(countAxis(9_000, 4).ticks.map(({ label }) => label)).toEqual([
      '0',
      '2,500',
      '5,000',
      '7,500',
      '10,000',
    ]);
  });

  it('shortens millions, all of an axis alike', () => {
    expect(countAxis(1_900_000, 4).ticks.map(({ label }) => label)).toEqual([
      '0',
      '0.5M',
      '1M',
      '1.5M',
      '2M',
    ]);
  });

  it('is 0 to 1 when nothing was counted', () => {
    expect(countAxis(0, 4).domain).toEqual([0, 1]);
  });
});

describe('timeEnd', () => {
  it('is the end of the last window, or the start of a later annotation', () => {
    const late = { kind: 'fault', label: 'x', fromSeconds: 30, toSeconds: 99 } as const;
    expect(timeEnd([1, 20, 10], [])).toBe(20);
    expect(timeEnd([1, 20], [late])).toBe(30);
    expect(timeEnd([], [])).toBe(1);
  });
});
