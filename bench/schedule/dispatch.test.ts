import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/index.js';
import type { Dispatch } from './dispatch.js';
import { DueHeap } from './due-heap.js';
import type { ArrivalSource, OpenSchedule } from './open-schedule.js';
import { RunDispatch } from './run-dispatch.js';
import { ThinkDispatch } from './think-dispatch.js';
import { WorkerDispatch } from './worker-dispatch.js';

interface Dropped {
  owner: number;
  intendedUs: number;
}

/** 1000 operations a second: one every 1000 microseconds. */
function sourceOf(changes: Partial<OpenSchedule> = {}, workers = 2): ArrivalSource {
  return {
    schedule: {
      profile: { lead: [], spans: [{ kind: 'hold', seconds: 1e9, rate: 1000 }], repeats: true },
      arrival: 'constant',
      per: 'run',
      atLimit: 'queue',
      lateAfterMs: 3,
      ...changes,
    },
    randomAlgorithm: 'exsss',
    randomSeed: [1, 4, 3],
    workers,
    operationsMax: Number.POSITIVE_INFINITY,
  };
}

function runDispatch(changes: Partial<OpenSchedule> = {}, workers = 2) {
  const dropped: Dropped[] = [];
  const onDropped = (owner: number, intendedUs: number) => void dropped.push({ owner, intendedUs });
  const dispatch = new RunDispatch({ source: sourceOf(changes, workers), threads: 1, thread: 0, onDropped });
  for (let worker = 0; worker < workers; worker++) dispatch.release(worker, 0);
  return { dispatch, dropped };
}

const forever = Number.POSITIVE_INFINITY;

/** All that can start at `nowUs`: the moments at which it was due. */
function startAll(dispatch: Dispatch, nowUs: number, endUs = forever): number[] {
  const due: number[] = [];
  while (dispatch.take(nowUs, endUs) >= 0) due.push(dispatch.intendedUs);
  return due;
}

describe('the dispatch of one schedule for all workers', () => {
  test('gives an operation when it is due and not before', () => {
    const { dispatch } = runDispatch();
    expect(startAll(dispatch, 0)).toEqual([0]);
    expect(dispatch.nextUs).toBe(1000);
    expect(startAll(dispatch, 999)).toEqual([]);
    expect(startAll(dispatch, 1000)).toEqual([1000]);
  });

  test('keeps what waits for a worker in the schedule, and counts it from when it was due', () => {
    const { dispatch } = runDispatch();
    expect(startAll(dispatch, 5000)).toEqual([0, 1000]);
    expect(dispatch.nextUs).toBe(forever);
    dispatch.release(0, 7000);
    expect(startAll(dispatch, 7000)).toEqual([2000]);
    expect(dispatch.eligibleUs).toBe(7000);
    // Due at 0, 1000 ... 7999 are eight; three have started.
    const { offered, started, dropped, limitedUs } = dispatch.counts(8000);
    expect([offered, started, dropped]).toEqual([8, 3, 0]);
    expect(limitedUs).toBe(2000);
  });

  test('takes the generator’s own lateness for lag, and not the wait for a worker', () => {
    const { dispatch } = runDispatch();
    startAll(dispatch, 0);
    // One worker is free all the time, and the thread comes late.
    expect(startAll(dispatch, 1800)).toEqual([1000]);
    expect(dispatch.eligibleUs).toBe(1000);
    // Now both are busy, and the operation due at 2000 can start when one of them is free.
    dispatch.release(1, 2600);
    startAll(dispatch, 2600);
    expect([dispatch.intendedUs, dispatch.eligibleUs]).toEqual([2000, 2600]);
  });

  test('drops what is due while all workers are busy, when it is told to', () => {
    const { dispatch, dropped } = runDispatch({ atLimit: 'drop' });
    startAll(dispatch, 1000);
    expect(startAll(dispatch, 4000)).toEqual([]);
    expect(dropped).toEqual([
      { owner: 0, intendedUs: 2000 },
      { owner: 1, intendedUs: 3000 },
      { owner: 0, intendedUs: 4000 },
    ]);
    dispatch.release(0, 4500);
    expect(startAll(dispatch, 5000)).toEqual([5000]);
    expect(dispatch.counts(5001)).toMatchObject({ offered: 6, started: 3, dropped: 3 });
  });

  test('skips what is late, when it is told to, and starts what is not', () => {
    const { dispatch, dropped } = runDispatch({ atLimit: 'skip-late' });
    startAll(dispatch, 1000);
    dispatch.release(0, 7500);
    expect(startAll(dispatch, 7500)).toEqual([5000]);
    expect(dropped.map(({ intendedUs }) => intendedUs)).toEqual([2000, 3000, 4000]);
  });

  test('starts nothing that is due after the end', () => {
    const { dispatch } = runDispatch({}, 10);
    expect(startAll(dispatch, 9000, 2500)).toEqual([0, 1000, 2000]);
  });

  test('accounts for every operation under every policy, whatever the workers do', () => {
    const policy = fc.constantFrom('queue' as const, 'drop' as const, 'skip-late' as const);
    fc.assert(
      fc.property(policy, fc.array(fc.nat({ max: 4000 }), { maxLength: 60 }), (atLimit, waits) => {
        const { dispatch } = runDispatch({ atLimit, arrival: 'poisson' }, 3);
        const busy: number[] = [];
        let nowUs = 0;
        for (const wait of waits) {
          nowUs += wait;
          for (
            let worker = dispatch.take(nowUs, forever);
            worker >= 0;
            worker = dispatch.take(nowUs, forever)
          ) {
            expect(dispatch.intendedUs).toBeLessThanOrEqual(nowUs);
            expect(busy).not.toContain(worker);
            busy.push(worker);
          }
          const { offered, started, dropped } = dispatch.counts(nowUs);
          if (busy.length < 3) expect(offered).toBe(started + dropped);
          else expect(offered).toBeGreaterThanOrEqual(started + dropped);
          if (busy.length > 0 && wait % 2 === 0) dispatch.release(busy.shift()!, nowUs);
        }
      }),
    );
  });

  test('shares the schedule out to threads, each operation to one of them and to the same worker', () => {
    const source = sourceOf({ arrival: 'poisson' }, 5);
    const drawn = (threads: number): [number, number][] => {
      const all: [number, number][] = [];
      for (let thread = 0; thread < threads; thread++) {
        const dispatch = new RunDispatch({ source, threads, thread, onDropped: () => {} });
        for (let worker = 0; worker * threads + thread < 5; worker++) dispatch.release(worker, 0);
        for (let nowUs = 0; nowUs < 100_000; nowUs += 50) {
          for (
            let worker = dispatch.take(nowUs, forever);
            worker >= 0;
            worker = dispatch.take(nowUs, forever)
          ) {
            all.push([dispatch.intendedUs, dispatch.owner * threads + thread]);
            dispatch.release(worker, nowUs);
          }
        }
      }
      return all.sort(([a], [b]) => a - b);
    };
    expect(drawn(1).length).toBeGreaterThan(50);
    expect(drawn(2)).toEqual(drawn(1));
    expect(drawn(3)).toEqual(drawn(1));
  });
});

describe('the dispatch of a schedule for each worker', () => {
  const make = (atLimit: OpenSchedule['atLimit'] = 'queue') => {
    const dropped: Dropped[] = [];
    const dispatch = new WorkerDispatch({
      source: sourceOf({ per: 'worker', atLimit }),
      workerIds: [1, 2],
      onDropped: (owner, intendedUs) => void dropped.push({ owner, intendedUs }),
    });
    dispatch.release(0, 0);
    dispatch.release(1, 0);
    return { dispatch, dropped };
  };

  test('lets a worker start its own operations alone', () => {
    const { dispatch } = make();
    expect([dispatch.take(0, forever), dispatch.owner]).toEqual([0, 0]);
    expect([dispatch.take(500, forever), dispatch.owner]).toEqual([1, 1]);
    dispatch.release(1, 600);
    // Worker 0 is due at 1000 and busy; worker 1 is free, and does not step in.
    expect(dispatch.take(1200, forever)).toBe(-1);
    dispatch.release(0, 1300);
    expect(dispatch.take(1300, forever)).toBe(0);
    expect([dispatch.intendedUs, dispatch.eligibleUs]).toEqual([1000, 1300]);
  });

  test('does not let the time that operations take move the next ones', () => {
    const { dispatch } = make();
    const due: number[] = [];
    for (let nowUs = 0; nowUs < 20_000; nowUs += 100) {
      for (let worker = dispatch.take(nowUs, forever); worker >= 0; worker = dispatch.take(nowUs, forever)) {
        if (worker === 0) due.push(dispatch.intendedUs);
        dispatch.release(worker, nowUs + 700);
      }
    }
    expect(due).toEqual(Array.from({ length: 20 }, (_, i) => i * 1000));
  });

  test('drops what came due while the worker was busy, when it is told to', () => {
    const { dispatch, dropped } = make('drop');
    dispatch.take(0, forever);
    dispatch.release(0, 3500);
    expect(dropped.map(({ intendedUs }) => intendedUs)).toEqual([1000, 2000, 3000]);
    expect(dispatch.counts(3501)).toMatchObject({ dropped: 3 });
  });
});

describe('the dispatch with think time', () => {
  const streams = [createRandom('exsss', [1, 2, 3]), createRandom('exsss', [4, 5, 6])];

  test('starts the next operation a think time after the end of the last', () => {
    const thinkTime = { kind: 'constant' as const, meanMs: 10 };
    const dispatch = new ThinkDispatch({ thinkTime, streams, operationsMax: 3 });
    dispatch.release(0, 0);
    dispatch.release(1, 0);
    expect(dispatch.nextUs).toBeLessThan(10_000);
    const first = dispatch.take(10_000, forever);
    expect(first).toBeGreaterThanOrEqual(0);
    dispatch.take(10_000, forever);
    dispatch.release(first, 25_000);
    expect(dispatch.take(34_999, forever)).toBe(-1);
    expect(dispatch.take(35_000, forever)).toBe(first);
    expect(dispatch.isExhausted).toBe(true);
  });
});

test('DueHeap gives workers in the order in which they are due', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 100 }), { maxLength: 50 }), (dues) => {
      const heap = new DueHeap(dues.length);
      dues.forEach((due, worker) => {
        heap.push(worker, due);
      });
      const given = dues.map(() => {
        const { nextUs } = heap;
        expect(dues[heap.pop()]).toBe(nextUs);
        return nextUs;
      });
      expect(given).toEqual([...dues].sort((a, b) => a - b));
      expect(heap.nextUs).toBe(forever);
    }),
  );
});
