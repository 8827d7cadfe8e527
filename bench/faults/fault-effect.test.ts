import { describe, expect, test } from 'vitest';
import { faultEffect } from './fault-effect.js';
import { SliceCounts, SliceTimeline, sliceMs } from './fault-slices.js';

/** A load of so many successes in each tenth of a second, evenly spread, as `perSlice` says of each slice. */
function timelineOf(
  slices: number,
  perSlice: (slice: number) => { ok: number; failed?: number; worstUs?: number },
) {
  const counts = new SliceCounts();
  for (let slice = 0; slice < slices; slice++) {
    const { ok, failed = 0, worstUs = 1000 } = perSlice(slice);
    for (let i = 0; i < ok; i++) counts.ok((slice + i / ok) * sliceMs * 1000, worstUs);
    for (let i = 0; i < failed; i++) counts.failed((slice + 1) * sliceMs * 1000 - failed + i);
  }
  const timeline = new SliceTimeline();
  timeline.add(counts.take());
  return timeline;
}

const closed = { isOpen: false, isConstant: true };
const open = { isOpen: true, isConstant: true };
const span = { fromMs: 5000, toMs: 7000, comparableFromMs: 0, limitMs: 20_000 };

describe('the effect of a fault', () => {
  test('is measured against the seconds before it, over spans of a second', () => {
    const timeline = timelineOf(200, (slice) => {
      if (slice >= 50 && slice < 70) return { ok: 0, failed: slice === 55 ? 3 : 0 };
      return { ok: 10, worstUs: slice === 70 ? 2_000_000 : 1000 };
    });
    expect(faultEffect(timeline, span, closed)).toEqual({
      beforePerSecond: 100,
      lowestPerSecond: 0,
      depth: 0,
      errors: 3,
      firstErrorSeconds: expect.closeTo(0.6, 2),
      worstLatencyMs: 2000,
      backSeconds: 2,
    });
  });

  test('is not over while an open loop works off its backlog, which is no harm in a closed one', () => {
    const timeline = timelineOf(200, (slice) =>
      slice >= 50 && slice < 70 ? { ok: 0 } : { ok: slice >= 70 && slice < 90 ? 100 : 50 },
    );
    expect(faultEffect(timeline, span, open).backSeconds).toBeCloseTo(3.9);
    expect(faultEffect(timeline, span, closed).backSeconds).toBe(2);
  });

  test('was not felt where throughput stayed as it was', () => {
    const effect = faultEffect(
      timelineOf(200, () => ({ ok: 20 })),
      span,
      closed,
    );
    expect(effect).toMatchObject({ depth: 1, errors: 0, firstErrorSeconds: null, backSeconds: 0 });
  });

  test('is over only when it stays over for two seconds', () => {
    const timeline = timelineOf(200, (slice) =>
      (slice >= 50 && slice < 55) || (slice >= 68 && slice < 75) ? { ok: 0 } : { ok: 20 },
    );
    expect(faultEffect(timeline, span, closed).backSeconds).toBe(2.5);
  });

  test('has no end where none was seen, and counts the errors until then', () => {
    const timeline = timelineOf(200, (slice) => ({ ok: slice < 50 ? 20 : 5, failed: slice === 199 ? 2 : 0 }));
    expect(faultEffect(timeline, span, closed)).toMatchObject({ backSeconds: null, depth: 0.25, errors: 2 });
  });

  test('ends where the next fault begins', () => {
    const timeline = timelineOf(200, (slice) => ({ ok: slice < 50 ? 20 : 5, failed: slice === 150 ? 2 : 0 }));
    expect(faultEffect(timeline, { ...span, limitMs: 10_000 }, closed).errors).toBe(0);
  });

  test('allows for chance where little is served', () => {
    // Ten a second: three standard deviations of their number are nearly all of it.
    const timeline = timelineOf(200, (slice) => ({ ok: slice % 2 === 0 && slice % 14 !== 0 ? 2 : 0 }));
    expect(faultEffect(timeline, span, open).backSeconds).toBe(0);
  });

  test('has nothing to be compared with where no second came before it, or the load was to change', () => {
    const timeline = timelineOf(200, () => ({ ok: 20 }));
    const early = faultEffect(timeline, { ...span, comparableFromMs: 4500 }, closed);
    expect(early).toMatchObject({ beforePerSecond: null, depth: null, backSeconds: null });
    const changing = faultEffect(timeline, span, { ...open, isConstant: false });
    expect(changing).toMatchObject({ beforePerSecond: null, lowestPerSecond: 200, backSeconds: null });
  });
});

describe('slices', () => {
  test('of several threads add up; the first failure and the longest time are those of any', () => {
    const timeline = new SliceTimeline();
    for (const [firstUs, worstUs] of [
      [150_000, 10],
      [120_000, 30],
    ] as const) {
      const counts = new SliceCounts();
      counts.ok(110_000, worstUs);
      counts.failed(firstUs);
      counts.ok(450_000, 1);
      timeline.add(counts.take());
      expect(counts.take()).toHaveLength(0);
    }
    expect(timeline.okBetween(1, 2)).toBe(2);
    expect(timeline.okBetween(0, 100)).toBe(4);
    expect(timeline.failedBetween(0, 100)).toBe(2);
    expect(timeline.worstUsBetween(0, 100)).toBe(30);
    expect(timeline.firstFailureUs(0, 100)).toBe(120_000);
    expect(timeline.firstFailureUs(130_000, 100)).toBe(Number.POSITIVE_INFINITY);
  });
});
