import { describe, expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { type Metric, parseMetric } from '../metrics/index.js';
import { Xoshiro128 } from '../random/index.js';
import { compareSides } from './compare-sides.js';
import { noiseFloor } from './noise-floor.js';
import { turns } from './turns.js';

const metrics = ['rate', 'p50', 'p99'].map((name) => parseMetric(name) as Metric);

function run(rate: number, p50: number, p99: number, verdict = 'VALID'): Results {
  const statistics = { ok: 100, failed: 0, opsPerSecond: rate, responseTimeMs: { p50, p99 } };
  return {
    run: { id: `${rate}` },
    verdict: { kind: verdict, reasons: ['because'] },
    total: statistics,
    operations: {},
  } as unknown as Results;
}

/** Runs of a store that does 1000 ops/s times `factor`, on a machine that has bad moments. */
function noisyRuns(random: Xoshiro128, count: number, factor: number): Results[] {
  return Array.from({ length: count }, () => {
    const noise = () => Math.exp((random.next() / 2 ** 32 - 0.5) * 0.1);
    const bad = random.next() % 10 === 0 ? 1.5 : 1;
    return run((1000 * factor * noise()) / bad, (noise() * bad) / factor, 5 * noise() * bad);
  });
}

describe('comparing pairs', () => {
  const options = { design: 'pairs', metrics, confidence: 0.95 } as const;

  test('finds what is there, and says which way it went', () => {
    const random = new Xoshiro128([1, 1, 1]);
    const a = { label: 'a', runs: noisyRuns(random, 12, 1) };
    const b = { label: 'b', runs: noisyRuns(random, 12, 0.5) };
    const [side] = compareSides([a, b], options).sides;
    const [rate, p50, p99] = side!.metrics;
    expect(rate).toMatchObject({ metric: 'rate', finding: 'worse', bound: null });
    expect(rate!.effect).toBeCloseTo(-0.5, 1);
    expect(rate!.interval.low).toBeLessThan(-0.4);
    expect(p50).toMatchObject({ finding: 'worse' });
    expect(p99).toMatchObject({ finding: 'no difference seen' });
    expect(p99!.bound).toBeGreaterThan(0);
    const [better] = compareSides([b, a], options).sides;
    expect(better!.metrics[0]).toMatchObject({ finding: 'better' });
  });

  test('raises false alarms on identical sides no more often than it says', () => {
    const random = new Xoshiro128([2, 2, 2]);
    const trials = 400;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const sides = ['a', 'b'].map((label) => ({ label, runs: noisyRuns(random, 10, 1) }));
      const [side] = compareSides(sides, options).sides;
      if (side!.metrics.some(({ finding }) => finding !== 'no difference seen')) alarms++;
    }
    // Of any of the three metrics: 5 % of the trials, and three standard deviations of that count.
    expect(alarms).toBeLessThanOrEqual(0.05 * trials + 3 * Math.sqrt(0.05 * 0.95 * trials));
    expect(alarms).toBeGreaterThan(0);
  });

  test('needs more than a few pairs to be sure', () => {
    const a = { label: 'a', runs: [run(100, 1, 1), run(101, 1, 1), run(99, 1, 1)] };
    const b = { label: 'b', runs: [run(200, 1, 1), run(202, 1, 1), run(198, 1, 1)] };
    expect(compareSides([a, b], options).sides[0]!.metrics[0]!.finding).toBe('no difference seen');
  });

  test('leaves out what has no value, and says so', () => {
    const a = { label: 'a', runs: [run(100, 1, 0)] };
    const b = { label: 'b', runs: [run(100, 1, 1, 'GENERATOR-BOUND')] };
    const { sides, cautions } = compareSides([a, b], options);
    expect(sides[0]!.metrics.map(({ metric }) => metric)).toEqual(['rate', 'p50']);
    expect(cautions).toEqual([
      'run 100 of b is GENERATOR-BOUND: because',
      'p99 of a is not compared: it is 0 in run 100',
    ]);
  });
});

describe('comparing groups and single runs', () => {
  test('groups need not be of one size', () => {
    const random = new Xoshiro128([3, 3, 3]);
    const a = { label: 'a', runs: noisyRuns(random, 8, 1) };
    const b = { label: 'b', runs: noisyRuns(random, 11, 2) };
    const [side] = compareSides([a, b], { design: 'groups', metrics, confidence: 0.95 }).sides;
    expect(side!.metrics[0]).toMatchObject({ finding: 'better' });
    expect(side!.metrics[0]!.interval.low).toBeGreaterThan(0.7);
  });

  test('one run each proves nothing, however far apart', () => {
    const sides = [
      { label: 'a', runs: [run(100, 1, 1)] },
      { label: 'b', runs: [run(1000, 1, 1)] },
    ];
    const options = {
      design: 'single',
      metrics,
      confidence: 0.95,
      withinRuns: () => ({ low: Math.log(9), high: Math.log(11) }),
    } as const;
    const [rate] = compareSides(sides, options).sides[0]!.metrics;
    expect(rate).toMatchObject({ finding: 'unknown', pValue: null, bound: null });
    expect(rate!.effect).toBeCloseTo(9, 9);
    expect(rate!.interval.high).toBeCloseTo(10, 9);
  });
});

describe('the noise floor', () => {
  test('falls with the number of pairs that are planned', () => {
    const runs = noisyRuns(new Xoshiro128([4, 4, 4]), 10, 1);
    const few = noiseFloor(runs, metrics, { pairs: 4, confidence: 0.95 });
    const many = noiseFloor(runs, metrics, { pairs: 64, confidence: 0.95 });
    expect(few.map(({ metric }) => metric)).toEqual(['rate', 'p50', 'p99']);
    expect(few[0]!.pairs).toBe(5);
    expect(many[0]!.visible).toBeLessThan(few[0]!.visible / 3);
    expect(many[0]!.typical).toBe(few[0]!.typical);
  });
});

test('sides take turns forwards and backwards', () => {
  expect(turns(2, 4)).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
  expect(turns(3, 2)).toEqual([0, 1, 2, 2, 1, 0]);
});
