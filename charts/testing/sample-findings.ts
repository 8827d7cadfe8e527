// A made-up search and a made-up comparison for tests, as they stand in search.json and comparison.json.
import { type ComparisonRecord, comparisonReportSchema } from '../../results/comparison-report.js';
import { type SearchRecord, searchReportSchema } from '../../results/search-report.js';

/** A store that serves some 9,000 operations a second, looked for from 1,000 on. */
export function sampleSearch(): SearchRecord {
  const rates = [1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 11_300, 11_300, 9_510, 9_510, 9_510];
  return searchReportSchema.parse({
    slo: ['p99 < 10ms', 'p999 < 50ms'],
    confidence: 0.95,
    trials: rates.map((rate, i) => {
      const p99Ms = 2 + (rate / 6_000) ** 4 + (i % 3);
      const levels = [
        { metric: 'p99', valueMs: p99Ms, boundMs: 10 },
        { metric: 'p999', valueMs: p99Ms * 3.1, boundMs: 50 },
      ];
      const passed = p99Ms < 10 && p99Ms * 3.1 < 50;
      return { rate, achieved: rate, passed, p50Ms: 0.4, p99Ms, generatorBound: false, levels };
    }),
    end: { kind: 'done', holds: 9_510, fails: 11_300 },
    capacity: { rate: 9_800, interval: { low: 8_700, high: 11_000 } },
  });
}

export function sampleComparison(): ComparisonRecord {
  const metric = (
    name: string,
    effect: number,
    finding: string,
    low: number | null,
    high: number | null,
  ) => ({
    ...{ metric: name, a: 1, b: 1 + effect, effect, finding },
    interval: { low, high },
  });
  return comparisonReportSchema.parse({
    design: 'pairs',
    confidence: 0.95,
    baseline: { label: 'before', runs: 10 },
    sides: [
      {
        label: 'after',
        runs: 10,
        metrics: [
          metric('rate', 0.06, 'better', 0.04, 0.081),
          metric('p50', -0.004, 'no difference seen', -0.012, 0.005),
          metric('p99', 0.12, 'worse', 0.07, 0.18),
        ],
      },
      { label: 'a single one', runs: 1, metrics: [metric('rate', 0.02, 'unknown', null, null)] },
    ],
    noise: [
      { metric: 'rate', typical: 0.012 },
      { metric: 'p50', typical: 0.009 },
      { metric: 'p99', typical: 0.05 },
    ],
  });
}
