// The test of Mann and Kendall for a trend in a series (Mann, Econometrica 13, 1945; Kendall, Rank Correlation Methods,
// 1975), and the slope of Theil and Sen (Sen, JASA 63, 1968) that says how large it is. Both look at pairs of values
// alone: no outlier, no stall and no distribution of any shape throws them off.
// Example: 1 2 3 4 5 6 7 8 9 10 has S = 45 of 45 pairs, p below 0.0001, and the slope 1.

export interface TrendTest {
  /** Two-sided: how often a series without trend looks like one at least as much. */
  pValue: number;
  /** Per step from one value to the next: the median over all pairs. */
  slope: number;
}

/** For at least three values; the normal approximation of the p-value is good from ten on. Takes n^2 / 2 steps. */
export function mannKendall(values: readonly number[]): TrendTest {
  const n = values.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let s = 0;
  let at = 0;
  for (let i = 0; i < n - 1; i++) {
    for (let j = i + 1; j < n; j++) {
      const rise = values[j]! - values[i]!;
      s += Math.sign(rise);
      slopes[at++] = rise / (j - i);
    }
  }
  const variance = (n * (n - 1) * (2 * n + 5) - tiesOf(values)) / 18;
  // Half a step towards zero, for S takes whole numbers only (every second one without ties).
  const z = s === 0 || variance <= 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  return { pValue: twoSided(z), slope: medianOf(slopes) };
}

/** The part of the variance that equal values take away. */
function tiesOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let ties = 0;
  for (const t of counts.values()) ties += t * (t - 1) * (2 * t + 5);
  return ties;
}

function medianOf(values: Float64Array): number {
  const sorted = values.sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Twice the upper tail of the normal distribution; Abramowitz and Stegun 26.2.17, error below 1e-7. */
function twoSided(z: number): number {
  if (z === 0) return 1;
  const x = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * x);
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const polynomial = terms.reduceRight((sum, term) => (sum + term) * t, 0);
  return Math.min(1, 2 * polynomial * (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)));
}
