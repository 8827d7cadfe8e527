import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ArrivalSource, type OpenSchedule, runArrivals, workerArrivals } from './open-schedule.js';
import { RateCurve } from './rate-curve.js';
import { arrivalsOf, type RateProfile, type RateSpan, withLead } from './rate-profile.js';

const rate = fc.nat({ max: 5000 });
const seconds = fc.double({ min: 0.01, max: 100, noNaN: true });
const span: fc.Arbitrary<RateSpan> = fc.oneof(
  fc.record({ kind: fc.constant('hold' as const), seconds, rate }),
  fc.record({ kind: fc.constant('ramp' as const), seconds, fromRate: rate, toRate: rate }),
  fc
    .record({
      seconds,
      meanRate: fc.double({ min: 1, max: 5000, noNaN: true }),
      depth: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ seconds: of, meanRate, depth }) => ({
      kind: 'sine' as const,
      seconds: of,
      meanRate,
      amplitude: meanRate * depth,
    })),
);
const profile: fc.Arbitrary<RateProfile> = fc.record({
  lead: fc.array(span, { maxLength: 2 }),
  spans: fc.array(span, { minLength: 1, maxLength: 4 }),
  repeats: fc.boolean(),
});

/** The integral of the rate up to `at` seconds, in small steps: the slow way to see what RateCurve inverts. */
function arrivalsUntil({ lead, spans, repeats }: RateProfile, at: number): number {
  let sum = 0;
  let from = 0;
  for (let index = 0; from < at; index++) {
    const within = index - lead.length;
    const one = lead[index] ?? spans[repeats ? within % spans.length : within];
    if (one === undefined) {
      const last = spans.at(-1)!;
      const held = last.kind === 'ramp' ? last.toRate : last.kind === 'hold' ? last.rate : last.meanRate;
      return sum + held * (at - from);
    }
    const length = Math.min(one.seconds, at - from);
    sum += partOf(one, length);
    from += one.seconds;
  }
  return sum;
}

function partOf(one: RateSpan, length: number): number {
  if (length >= one.seconds) return arrivalsOf(one);
  if (one.kind === 'hold') return one.rate * length;
  const steps = 2000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const t = ((i + 0.5) / steps) * length;
    const now =
      one.kind === 'ramp'
        ? one.fromRate + ((one.toRate - one.fromRate) * t) / one.seconds
        : one.meanRate + one.amplitude * Math.sin((2 * Math.PI * t) / one.seconds);
    sum += (now * length) / steps;
  }
  return sum;
}

function sourceOf(
  changes: Partial<OpenSchedule> = {},
  operationsMax = Number.POSITIVE_INFINITY,
): ArrivalSource {
  const hold: RateSpan = { kind: 'hold', seconds: 1e9, rate: 1000 };
  return {
    schedule: {
      profile: { lead: [], spans: [hold], repeats: true },
      arrival: 'constant',
      per: 'run',
      atLimit: 'queue',
      lateAfterMs: 100,
      ...changes,
    },
    randomAlgorithm: 'exsss',
    randomSeed: [1, 4, 3],
    workers: 10,
    operationsMax,
  };
}

function firstUs(source: ArrivalSource, count: number): number[] {
  const arrivals = runArrivals(source);
  return Array.from({ length: count }, () => {
    const { atUs } = arrivals;
    arrivals.advance();
    return atUs;
  });
}

describe('RateCurve', () => {
  test('gives the moment at which the integral of the rate reaches a number, for every profile', () => {
    fc.assert(
      fc.property(
        profile,
        fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { maxLength: 8 }),
        (of, numbers) => {
          const curve = new RateCurve(of);
          let last = 0;
          for (const number of numbers.sort((a, b) => a - b)) {
            const at = curve.secondsAt(number);
            expect(at).toBeGreaterThanOrEqual(last - 1e-9);
            last = at;
            // A moment an hour away in a profile of short spans takes the slow way too long.
            if (at < 300) expect(arrivalsUntil(of, at)).toBeCloseTo(number, 0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('says that a number is never reached when the rate has become zero for good', () => {
    const ramp: RateSpan = { kind: 'ramp', seconds: 10, fromRate: 10, toRate: 0 };
    const curve = new RateCurve({ lead: [], spans: [ramp], repeats: false });
    expect(curve.secondsAt(49)).toBeLessThan(10);
    expect(curve.secondsAt(51)).toBe(Number.POSITIVE_INFINITY);
  });

  test('begins a repeating profile anew after its lead', () => {
    const spans: RateSpan[] = [
      { kind: 'hold', seconds: 1, rate: 0 },
      { kind: 'hold', seconds: 1, rate: 10 },
    ];
    const curve = new RateCurve(withLead({ lead: [], spans, repeats: true }, 5));
    expect([0, 9, 10, 20].map((number) => curve.secondsAt(number))).toEqual([6, 6.9, 8, 10]);
  });
});

describe('arrivals', () => {
  test('at equal distances are exact after a million, for nothing adds up', () => {
    const arrivals = runArrivals(sourceOf());
    for (let i = 0; i < 1_000_000; i++) arrivals.advance();
    expect(arrivals.atUs).toBe(1_000_000_000);
  });

  test('are one in each interval when uniform', () => {
    firstUs(sourceOf({ arrival: 'uniform' }), 1000).forEach((atUs, index) => {
      expect(Math.floor(atUs / 1000)).toBe(index);
    });
  });

  test('have exponential distances with the right mean when they are those of a Poisson process', () => {
    const at = firstUs(sourceOf({ arrival: 'poisson' }), 50_000);
    const distances = at.slice(1).map((atUs, i) => (atUs - at[i]!) / 1000);
    const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
    expect(mean).toBeCloseTo(1, 1);
    // An exponential variable is above x times its mean with the probability e^-x.
    for (const x of [0.1, 0.5, 1, 2, 4]) {
      const share = distances.filter((distance) => distance > x).length / distances.length;
      expect(share).toBeCloseTo(Math.exp(-x), 1.7);
    }
  });

  test('depend on the seed alone', () => {
    const source = sourceOf({ arrival: 'poisson' });
    expect(firstUs(source, 100)).toEqual(firstUs(source, 100));
    expect(firstUs({ ...source, randomSeed: [1, 4, 4] }, 100)).not.toEqual(firstUs(source, 100));
  });

  test('end with the number of operations, which workers share out exactly', () => {
    const source = sourceOf({ per: 'worker' }, 23);
    const counts = Array.from({ length: 10 }, (_, i) => {
      const arrivals = workerArrivals(source, i + 1);
      while (arrivals.atUs < Number.POSITIVE_INFINITY) arrivals.advance();
      return arrivals.index;
    });
    expect(counts).toEqual([3, 3, 3, 2, 2, 2, 2, 2, 2, 2]);
  });

  test('of workers are staggered, so that they do not all come at once', () => {
    const source = sourceOf({ per: 'worker' });
    expect([1, 2, 10].map((id) => workerArrivals(source, id).atUs)).toEqual([0, 100, 900]);
  });
});
