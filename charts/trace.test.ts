import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Sample, thin, tracePoints } from './trace.js';

const values = fc.array(fc.option(fc.nat({ max: 1_000 }), { freq: 4, nil: null }), { maxLength: 400 });

function samplesOf(list: readonly (number | null)[]): Sample[] {
  return list.map((value, i) => ({ elapsedSeconds: i + 1, value }));
}

describe('thin', () => {
  it('loses neither an extreme, nor an end, nor the order, and adds nothing', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 60 }), (list, columns) => {
        const samples = samplesOf(list);
        const kept = thin(samples, columns);
        const numbers = (of: Sample[]) => of.flatMap(({ value }) => (value === null ? [] : [value]));
        expect(kept).toEqual(samples.filter((sample) => kept.includes(sample)));
        expect(Math.max(...numbers(kept))).toBe(Math.max(...numbers(samples)));
        expect(Math.min(...numbers(kept))).toBe(Math.min(...numbers(samples)));
        expect([kept[0], kept.at(-1)]).toEqual([samples[0], samples.at(-1)]);
        expect(kept.length).toBeLessThanOrEqual(
          Math.max(samples.length > columns * 4 ? columns * 5 : samples.length, 0),
        );
      }),
    );
  });

  it('keeps a gap of one window in a day of windows', () => {
    const samples = samplesOf(Array.from({ length: 86_400 }, (_, i) => (i === 40_000 ? null : 5)));
    expect(thin(samples, 700).some(({ value }) => value === null)).toBe(true);
  });
});

describe('tracePoints', () => {
  it('marks a lone sample between gaps, which a line would not show', () => {
    const list = [
      ...Array.from({ length: 200 }, () => 1),
      null,
      7,
      null,
      ...Array.from({ length: 200 }, () => 1),
    ];
    const dots = tracePoints('max', samplesOf(list), 700).filter(({ dot }) => dot);
    expect(dots.map(({ value }) => value)).toEqual([7]);
  });

  it('marks every sample of a short run, and no gap', () => {
    const points = tracePoints('max', samplesOf([1, null, 3]), 700);
    expect(points.map(({ dot }) => dot)).toEqual([true, false, true]);
  });
});
