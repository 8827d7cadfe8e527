// The loops against drivers made for the purpose, in this thread and in real time; what is asserted holds
// however slow the machine is.
import { describe, expect, test } from 'vitest';
import type { Session, TicketedContext, TicketedSession } from '../driver.js';
import { ticketMissing, ticketOk } from '../driver.js';
import { LatencyHistogram } from '../statistics/index.js';
import { LoadClock } from './load-clock.js';
import type { LoopEnd } from './load-loop.js';
import { type LoadPlan, plannedMs, type WindowReport } from './load-plan.js';
import { createDispatch, ScheduleMeter } from './loop-pace.js';
import { PromiseLoop } from './promise-loop.js';
import { TicketedLoop } from './ticketed-loop.js';
import { WindowRecorder } from './window-recorder.js';
import { workerOptions } from './worker-options.js';
import { Workload } from './workload.js';

const basePlan: LoadPlan = {
  driver: { name: 'test' },
  workerIds: [1, 2, 3],
  concurrentWorkers: 3,
  threads: 1,
  thread: 0,
  mode: { kind: 'max', thinkTime: null },
  operations: [{ name: 'put', weight: 1 }],
  keyGenerator: ['uniform_int', 10],
  valueGenerator: ['fixed_bin', 4],
  randomAlgorithm: 'exsss',
  randomSeed: [1, 4, 3],
  durationMs: 200,
  warmUpMs: 0,
  coolDownMs: 0,
  operationsMax: Number.POSITIVE_INFINITY,
  retries: { max: 0, on: 'definite' },
  reportIntervalMs: 50,
  timeoutMs: 5000,
  connections: 'shared',
  endpoints: [],
  driverOptions: {},
  shutdownOnError: false,
  busyPoll: true,
  raw: false,
  verify: undefined,
};

interface LoopResult {
  end: LoopEnd;
  windows: WindowReport[];
}

/** The parts of a load thread that a loop is put together from. */
function partsFor(plan: LoadPlan, windows: WindowReport[]) {
  const clock = new LoadClock();
  const workload = new Workload(plan);
  const isOpen = plan.mode.kind === 'rate';
  const measuredUs = { from: plan.warmUpMs * 1000, to: (plan.warmUpMs + plan.durationMs) * 1000 };
  const dispatch = createDispatch(plan, workload, (operation, dueUs) => recorder.dropped(operation, dueUs));
  const meter =
    isOpen && dispatch !== undefined
      ? new ScheduleMeter(dispatch, measuredUs, () => plannedMs(plan) * 1000)
      : undefined;
  const recorder = new WindowRecorder({
    operations: plan.operations.length,
    reportIntervalMs: plan.reportIntervalMs,
    hasService: isOpen || plan.retries.max > 0,
    hasLag: isOpen,
    measuredUs: plan.warmUpMs > 0 || plan.coolDownMs > 0 ? measuredUs : null,
    raw: false,
    report: (window) => windows.push(window),
    reportSamples: () => {},
    startEpochMs: () => clock.startEpochMs,
    takeSchedule: (nowUs) => meter?.take(nowUs) ?? null,
    takeThread: () => ({ loopDelayP99Ms: 0, loopDelayMaxMs: 0, gcPauses: 0, gcMs: 0, gcMaxMs: 0 }),
  });
  clock.startAt(performance.timeOrigin + performance.now());
  return { plan, clock, recorder, workload, dispatch };
}

function runPromises(
  changes: Partial<LoadPlan>,
  open: (worker: number, workload: Workload) => Session,
  onBegin: (loop: PromiseLoop) => void = () => {},
): Promise<LoopResult> {
  const plan = { ...basePlan, ...changes };
  const windows: WindowReport[] = [];
  const parts = partsFor(plan, windows);
  const { workload } = parts;
  return new Promise((resolve) => {
    const loop = new PromiseLoop({ ...parts, onEnd: (end) => resolve({ end, windows }) });
    loop.begin(plan.workerIds.map((_, worker) => open(worker, workload)));
    onBegin(loop);
  });
}

/** `answer` is called with the tickets of each batch and completes them in its own time. */
function runTickets(
  changes: Partial<LoadPlan>,
  answer: (context: TicketedContext, tickets: number[]) => void,
  expire: (context: TicketedContext, ticket: number) => void = () => {},
): Promise<LoopResult> {
  const plan = { ...basePlan, ...changes };
  const windows: WindowReport[] = [];
  const parts = partsFor(plan, windows);
  const driverOptions = {
    endpoints: [],
    connections: plan.connections,
    timeoutMs: plan.timeoutMs,
    concurrentWorkers: 3,
    settings: {},
  };
  return new Promise((resolve) => {
    const loop = new TicketedLoop({ ...parts, driverOptions, onEnd: (end) => resolve({ end, windows }) });
    let submitted: number[] = [];
    const session: TicketedSession = {
      submit: (ticket) => submitted.push(ticket),
      flush: () => {
        const tickets = submitted;
        submitted = [];
        setImmediate(() => answer(loop, tickets));
      },
      expire: (ticket) => expire(loop, ticket),
      close: async () => {},
    };
    loop.begin(session);
  });
}

test('a driver that opens for longer than a window has begun no window', () => {
  const windows: WindowReport[] = [];
  const parts = partsFor(basePlan, windows);
  const options = {
    endpoints: [],
    connections: 'shared' as const,
    timeoutMs: 1,
    concurrentWorkers: 3,
    settings: {},
  };
  const loop = new TicketedLoop({ ...parts, driverOptions: options, onEnd: () => {} });
  parts.clock.startAt(performance.timeOrigin + performance.now() - 10 * basePlan.reportIntervalMs);
  loop.arrived();
  loop.settled();
  expect(windows).toEqual([]);
});

function completeAll(context: TicketedContext, tickets: number[], result = ticketOk): void {
  context.arrived();
  for (const ticket of tickets) context.complete(ticket, result);
  context.settled();
}

function sum(
  windows: readonly WindowReport[],
  field: 'ok' | 'missing' | 'failed' | 'units',
  operation = 0,
): number {
  return windows.reduce((total, window) => total + window.measured.operations[operation]![field], 0);
}

function errorCodes(windows: readonly WindowReport[]): Record<string, number> {
  const codes: Record<string, number> = {};
  for (const { code, count } of windows.flatMap(({ measured }) => measured.errors))
    codes[code] = (codes[code] ?? 0) + count;
  return codes;
}

function expectSeamless(windows: readonly WindowReport[]): void {
  expect(windows[0]!.fromMs).toBe(0);
  expect(windows.slice(1).map(({ fromMs }) => fromMs)).toEqual(windows.slice(0, -1).map(({ toMs }) => toMs));
  expect(windows.map(({ isLast }) => isLast)).toEqual(
    windows.map((_, index) => index === windows.length - 1),
  );
}

describe('the promise loop', () => {
  test('runs workers one operation at a time until the duration is over, in windows without gap or overlap', async () => {
    const inFlight = [0, 0, 0];
    const { end, windows } = await runPromises({}, (worker) => ({
      run: async (operation, drawKey, drawValue) => {
        expect(++inFlight[worker]!).toBe(1);
        expect(operation).toBe('put');
        expect(drawKey()).toBeGreaterThan(0);
        expect(drawValue()).toHaveLength(4);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight[worker]!--;
        return { kind: 'ok', units: 2 };
      },
    }));
    expect(end).toBe('completed');
    expectSeamless(windows);
    expect(windows.at(-1)!.toMs).toBeGreaterThanOrEqual(200);
    expect(sum(windows, 'units')).toBe(2 * sum(windows, 'ok'));
    const latencies = new LatencyHistogram();
    for (const window of windows) latencies.mergeEncoded(window.measured.operations[0]!.latencies);
    expect(latencies.count).toBe(sum(windows, 'ok'));
  });

  test('counts what a driver does wrong, each by its reason, and goes on', async () => {
    let calls = 0;
    const { windows } = await runPromises({}, () => ({
      run: () => {
        calls++;
        if (calls % 4 === 0) throw new Error('thrown');
        if (calls % 4 === 1) return Promise.reject(new Error('rejected'));
        if (calls % 4 === 2) return { kind: 'ok', units: Number.NaN };
        return { kind: 'failed', code: 'busy', definite: true };
      },
    }));
    const codes = errorCodes(windows);
    expect(Object.keys(codes).sort()).toEqual(['busy', 'crash', 'driver_bug']);
    expect(sum(windows, 'failed')).toBe(calls);
    expect(sum(windows, 'ok')).toBe(0);
  });

  test('counts an operation that never settles as timed out, and ends all the same', async () => {
    const { end, windows } = await runPromises({ timeoutMs: 60 }, () => ({
      run: () => new Promise(() => {}),
    }));
    expect(end).toBe('completed');
    expect(errorCodes(windows)).toEqual({ timeout: 3 });
  });

  test('ends when all workers have stopped', async () => {
    const { end, windows } = await runPromises({ durationMs: 60_000 }, () => {
      let left = 5;
      return { run: async () => (left-- > 0 ? { kind: 'ok' } : { kind: 'stop' }) };
    });
    expect(end).toBe('all-workers-stopped');
    expect(sum(windows, 'ok')).toBe(15);
  });

  test('records what the driver has timed itself, where it says so', async () => {
    const { windows } = await runPromises({}, () => ({
      run: async () => ({ kind: 'ok', elapsedUs: 7_000_000 }),
    }));
    const histogram = new LatencyHistogram();
    for (const { measured } of windows)
      for (const { latencies } of measured.operations) histogram.mergeEncoded(latencies);
    expect(histogram.count).toBeGreaterThan(0);
    expect(histogram.minUs).toBeGreaterThanOrEqual(7_000_000);
    expect(histogram.maxUs).toBeLessThan(7_001_000);
    const wrong = await runPromises({}, () => ({ run: async () => ({ kind: 'ok', elapsedUs: -1 }) }));
    expect(sum(wrong.windows, 'ok')).toBe(0);
    expect(sum(wrong.windows, 'failed')).toBeGreaterThan(0);
  });

  test('ends at the first failure when told to', async () => {
    const changes = { durationMs: 60_000, shutdownOnError: true };
    const failed = await runPromises(changes, () => ({ run: async () => ({ kind: 'failed', code: 'no' }) }));
    expect(failed.end).toBe('shutdown-on-error');
    const crashed = await runPromises(changes, () => ({
      run: async () => Promise.reject(new Error('boom')),
    }));
    expect(crashed.end).toBe('crashed');
  });

  test('draws the same operations, keys and values for the same seed', async () => {
    const drawn = async (): Promise<string[]> => {
      const seen: string[] = [];
      await runPromises(
        {
          workerIds: [2],
          durationMs: 60_000,
          operations: [
            { name: 'a', weight: 1 },
            { name: 'b', weight: 2 },
          ],
        },
        () => ({
          run: (operation, drawKey, drawValue) => {
            seen.push(`${operation} ${drawKey()} ${drawValue().toString('hex')}`);
            return seen.length < 200 ? { kind: 'ok' } : { kind: 'stop' };
          },
        }),
      );
      return seen;
    };
    const first = await drawn();
    expect(first).toHaveLength(200);
    expect(await drawn()).toEqual(first);
  });

  test('ends when the keys of all workers are used up; encoded keys are bytes', async () => {
    const keys: string[] = [];
    const plan: Partial<LoadPlan> = {
      durationMs: 60_000,
      operations: [{ name: 'load', operation: 'put', weight: 1 }],
      keyGenerator: ['to_binstr', 'k~2..0b', ['partitioned_sequential_int', 50]],
    };
    const { end } = await runPromises(plan, () => ({
      run: async (operation, drawKey) => {
        keys.push(`${operation} ${drawKey()}`);
        return { kind: 'ok' };
      },
    }));
    expect(end).toBe('all-workers-stopped');
    const expected = Array.from({ length: 50 }, (_, key) => `put k${String(key).padStart(2, '0')}`);
    expect(keys.sort()).toEqual(expected);
  });

  test('takes the steps of an operation one after the other on one key', async () => {
    const seen: string[] = [];
    const steps = [{ operation: 'get' }, { waitMs: 1 }, { operation: 'put' }];
    const { windows } = await runPromises(
      { workerIds: [1], operations: [{ name: 'visit', weight: 1, steps }], durationMs: 50 },
      () => ({
        run: async (operation, drawKey) => {
          seen.push(`${operation} ${drawKey()}`);
          return { kind: operation === 'get' ? 'missing' : 'ok' };
        },
      }),
    );
    expect(sum(windows, 'ok')).toBe(seen.length / 2);
    for (let i = 0; i < seen.length; i += 2) {
      expect(seen[i + 1]).toBe(seen[i]!.replace('get', 'put'));
    }
  });

  test('gives a worker its own puts back', async () => {
    await runPromises({}, (worker, workload) => {
      const { ownPuts } = workerOptions(
        { endpoints: [], connections: 'shared', timeoutMs: 1, concurrentWorkers: 3, settings: {} },
        workload,
        worker,
      );
      expect(ownPuts.pick()).toBeUndefined();
      ownPuts.add(1000 + worker);
      return {
        run: async () =>
          ownPuts.pick() === 1000 + worker ? { kind: 'ok' } : { kind: 'failed', code: 'foreign' },
      };
    }).then(({ windows }) => expect(sum(windows, 'failed')).toBe(0));
  });
});

describe('the ticketed loop', () => {
  const mix = [
    { name: 'put', weight: 1 },
    { name: 'get', weight: 1 },
    { name: 'get_own_puts', weight: 1 },
  ];

  test('keeps one operation per worker in flight and ends when the last has come back', async () => {
    const { end, windows } = await runTickets({ operations: mix }, (context, tickets) => {
      expect(new Set(tickets).size).toBe(tickets.length);
      completeAll(context, tickets);
    });
    expect(end).toBe('completed');
    expectSeamless(windows);
    for (const operation of [0, 1, 2]) expect(sum(windows, 'ok', operation)).toBeGreaterThan(0);
  });

  test('hands keys over as the digits of the integer that was drawn', async () => {
    await runTickets({}, (context, tickets) => {
      const { keys, values, keyIntegers } = context;
      for (const ticket of tickets) {
        const key = keys.buffers[ticket]!.toString('latin1', keys.start[ticket], keys.end[ticket]);
        expect(key).toBe(String(keyIntegers[ticket]));
        expect(values.end[ticket]! - values.start[ticket]!).toBe(4);
      }
      completeAll(context, tickets);
    });
  });

  test('reads as own puts only what the same worker has put successfully', async () => {
    const put = [new Set<number>(), new Set<number>(), new Set<number>()];
    let flip = false;
    const keyGenerator = ['uniform_int', 1_000_000] as const;
    const plan = { operations: mix, keyGenerator, operationsMax: 3000, durationMs: 60_000 };
    const { windows } = await runTickets(plan, (context, tickets) => {
      context.arrived();
      for (const ticket of tickets) {
        const key = context.keyIntegers[ticket]!;
        flip = !flip;
        const failed = context.failure('no', true, 'no');
        if (put[ticket]!.has(key)) context.complete(ticket, ticketOk);
        else if (flip) context.complete(ticket, failed);
        else {
          put[ticket]!.add(key);
          context.complete(ticket, ticketOk);
        }
      }
      context.settled();
    });
    expect(errorCodes(windows).own_put_missing).toBeUndefined();
    expect(sum(windows, 'ok', 2)).toBeGreaterThan(0);
    expect(sum(windows, 'failed', 2)).toBe(0);
  });

  test('counts a missing value as success of a get and as failure of reading an own put', async () => {
    const { windows } = await runTickets({ operations: mix }, (context, tickets) => {
      context.arrived();
      for (const ticket of tickets) {
        // A key that is put is always a put here or an own put: answer puts with ok, the rest with missing.
        context.complete(ticket, ticketMissing);
      }
      context.settled();
    });
    expect(sum(windows, 'missing', 1)).toBe(sum(windows, 'ok', 1));
    expect(sum(windows, 'ok', 2) + sum(windows, 'failed', 2)).toBe(0);
  });

  test('ends when the keys of all workers are used up, each drawn once', async () => {
    const keys: string[] = [];
    const plan: Partial<LoadPlan> = {
      durationMs: 60_000,
      keyGenerator: ['int_to_bin_bigendian', ['partitioned_sequential_int', 100]],
    };
    const { end, windows } = await runTickets(plan, (context, tickets) => {
      for (const ticket of tickets) {
        const { buffers, start, end } = context.keys;
        keys.push(buffers[ticket]!.toString('hex', start[ticket], end[ticket]));
      }
      completeAll(context, tickets);
    });
    expect(end).toBe('all-workers-stopped');
    expect(sum(windows, 'ok')).toBe(100);
    expect(keys.sort()).toEqual(Array.from({ length: 100 }, (_, key) => key.toString(16).padStart(8, '0')));
  });

  test('takes the steps of an operation one after the other on one key, and counts it once', async () => {
    const seen = new Map<number, string[]>();
    const plan: Partial<LoadPlan> = {
      operations: [
        { name: 'visit', weight: 1, steps: [{ operation: 'get' }, { waitMs: 5 }, { operation: 'put' }] },
      ],
    };
    const { windows } = await runTickets(plan, (context, tickets) => {
      for (const ticket of tickets) {
        const { buffers, start, end } = context.keys;
        const key = buffers[ticket]!.toString('latin1', start[ticket], end[ticket]);
        seen.set(ticket, [...(seen.get(ticket) ?? []), key]);
      }
      completeAll(context, tickets);
    });
    const steps = [...seen.values()];
    expect(steps).toHaveLength(3);
    for (const keys of steps) {
      expect(keys.length % 2).toBe(0);
      for (let i = 0; i < keys.length; i += 2) expect(keys[i]).toBe(keys[i + 1]);
    }
    expect(sum(windows, 'ok')).toBe(steps.flat().length / 2);
  });

  test('ends an operation at the first step that fails', async () => {
    const plan: Partial<LoadPlan> = {
      operations: [{ name: 'visit', weight: 1, steps: [{ operation: 'get' }, { operation: 'put' }] }],
    };
    let asked = 0;
    const { windows } = await runTickets(plan, (context, tickets) => {
      asked += tickets.length;
      completeAll(context, tickets, context.failure('no', true, 'no'));
    });
    expect(sum(windows, 'failed')).toBe(asked);
    expect(sum(windows, 'ok')).toBe(0);
  });

  test('gives up on what takes too long, whatever the session reports', async () => {
    const { windows } = await runTickets(
      { timeoutMs: 60 },
      () => {},
      (context, ticket) => completeAll(context, [ticket]),
    );
    expect(errorCodes(windows).timeout).toBeGreaterThanOrEqual(3);
    expect(sum(windows, 'ok')).toBe(0);
  });

  test('writes empty windows while nothing answers', async () => {
    const { windows } = await runTickets(
      { timeoutMs: 150, durationMs: 120, reportIntervalMs: 40 },
      () => {},
      (context, ticket) => completeAll(context, [ticket]),
    );
    expectSeamless(windows);
    expect(windows.length).toBeGreaterThanOrEqual(2);
    expect(windows[0]!.measured.operations[0]!.ok).toBe(0);
  });
});
