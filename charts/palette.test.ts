import { describe, expect, it } from 'vitest';
import { latencySeries, outcomeColors, runColors, serviceColor } from './palette.js';

// How people without one kind of cones see linear RGB: Machado, Oliveira and Fernandes, 2009, full severity.
const visions = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

type Triple = [number, number, number];

function linear(hex: string): Triple {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function seen([r, g, b]: Triple, matrix: readonly number[]): Triple {
  const row = (i: number) =>
    Math.min(1, Math.max(0, matrix[i]! * r + matrix[i + 1]! * g + matrix[i + 2]! * b));
  return [row(0), row(3), row(6)];
}

/** CIE L*a*b* with the white point D65. */
function lab([r, g, b]: Triple): Triple {
  const f = (t: number) => (t > 216 / 24_389 ? Math.cbrt(t) : (t * 24_389) / 27 / 116 + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function difference(a: string, b: string, matrix: readonly number[]): number {
  const [p, q] = [lab(seen(linear(a), matrix)), lab(seen(linear(b), matrix))];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

describe('the palette', () => {
  // A difference of 2 can just be seen side by side; lines a centimetre apart want several times that.
  const apartMin = 14;
  const { median, mean, p95, p99, p999, max } = latencySeries;
  const groups = [
    [...[median, p95, p99, p999, max].map(({ color }) => color), serviceColor],
    [median, mean, p95].map(({ color }) => color),
    [outcomeColors.ok, outcomeColors.error],
    [...runColors],
  ];
  for (const [vision, matrix] of Object.entries(visions)) {
    it(`keeps the lines of a chart apart with ${vision === 'full' ? 'full vision' : vision}`, () => {
      for (const colors of groups) {
        for (const [i, a] of colors.entries()) {
          for (const b of colors.slice(i + 1)) {
            expect(difference(a, b, matrix), `${a} and ${b}`).toBeGreaterThan(apartMin);
          }
        }
      }
    });
  }
});
