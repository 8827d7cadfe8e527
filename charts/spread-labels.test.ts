import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadLabels } from './spread-labels.js';

describe('spreadLabels', () => {
  it('keeps labels apart, inside, and in the order of their lines', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 450, noNaN: true }), { maxLength: 8 }), (wanted) => {
        const placed = spreadLabels(wanted, 16, 400);
        for (const [i, a] of placed.entries()) {
          expect(a).toBeGreaterThanOrEqual(-1e-9);
          expect(a).toBeLessThanOrEqual(400 + 1e-9);
          for (const [j, b] of placed.entries()) {
            if (i === j) continue;
            expect(Math.abs(a - b)).toBeGreaterThanOrEqual(16 - 1e-9);
            if (wanted[i]! < wanted[j]!) expect(a).toBeLessThan(b);
          }
        }
      }),
    );
  });

  it('leaves labels where they are when they have room', () => {
    expect(spreadLabels([300, 20, 100], 16, 400)).toEqual([300, 20, 100]);
  });

  it('puts the first given above when lines end at the same place', () => {
    expect(spreadLabels([100, 100, 100], 16, 400)).toEqual([100, 116, 132]);
    expect(spreadLabels([400, 400], 16, 400)).toEqual([384, 400]);
  });
});
