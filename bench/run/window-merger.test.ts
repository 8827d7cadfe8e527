import { describe, expect, test } from 'vitest';
import type { WindowReport } from './load-plan.js';
import { type MergedWindow, WindowMerger } from './window-merger.js';

function report(index: number, toMs: number, isLast = false): WindowReport {
  const measured = { operations: [], errors: [], lags: null };
  const thread = { loopDelayP99Ms: 0, loopDelayMaxMs: 0, gcPauses: 0, gcMs: 0, gcMaxMs: 0 };
  return {
    kind: 'window',
    index,
    fromMs: 0,
    toMs,
    isLast,
    measured,
    outside: null,
    schedule: null,
    slices: null,
    thread,
  };
}

function merged(threads: number, reports: [thread: number, WindowReport][]): MergedWindow[] {
  const windows: MergedWindow[] = [];
  const merger = new WindowMerger(threads, (window) => windows.push(window));
  for (const [thread, one] of reports) merger.add(thread, one);
  return windows;
}

describe('WindowMerger', () => {
  test('gives out a window when every thread has reached its boundary', () => {
    const windows = merged(2, [
      [0, report(1, 1000.1)],
      [0, report(2, 2000.2)],
      [1, report(1, 1000.4)],
    ]);
    expect(windows.map(({ fromMs, toMs, parts }) => [fromMs, toMs, parts.length])).toEqual([[0, 1000.4, 2]]);
  });

  test('leaves neither gap nor overlap between rows, also where a thread was held up', () => {
    const windows = merged(2, [
      [0, report(1, 1000)],
      [0, report(2, 2000)],
      [1, report(2, 2300)],
      [0, report(3, 3000, true)],
      [1, report(3, 3001, true)],
    ]);
    expect(windows.map(({ fromMs, toMs, parts }) => [fromMs, toMs, parts.length])).toEqual([
      [0, 1000, 1],
      [1000, 2300, 2],
      [2300, 3001, 2],
    ]);
  });

  test('does not wait for a thread that has ended', () => {
    const windows = merged(2, [
      [1, report(1, 400, true)],
      [0, report(1, 1000)],
      [0, report(2, 2000, true)],
    ]);
    expect(windows).toHaveLength(2);
  });
});
