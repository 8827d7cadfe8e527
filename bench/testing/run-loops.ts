// Runs the load loops in this thread against drivers made for the purpose, for their tests; and reads their windows.
import { expect } from 'vitest';
import type { Session, TicketedContext, TicketedSession } from '../driver.js';
import { ticketOk } from '../driver.js';
import { LoadClock } from '../run/load-clock.js';
import type { LoopEnd } from '../run/load-loop.js';
import { type LoadPlan, plannedMs, type WindowReport } from '../run/load-plan.js';
import { createDispatch, ScheduleMeter } from '../run/loop-pace.js';
import { PromiseLoop } from '../run/promise-loop.js';
import { TicketedLoop } from '../run/ticketed-loop.js';
import { WindowRecorder } from '../run/window-recorder.js';
import { Workload } from '../run/workload.js';

export const basePlan: LoadPlan = {
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

export interface LoopResult {
  end: LoopEnd;
  windows: WindowReport[];
}

/** The parts of a load thread that a loop is put together from. */
export function partsFor(plan: LoadPlan, windows: WindowReport[]) {
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

export function runPromises(
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
export function runTickets(
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

export function completeAll(context: TicketedContext, tickets: number[], result = ticketOk): void {
  context.arrived();
  for (const ticket of tickets) context.complete(ticket, result);
  context.settled();
}

export function sum(
  windows: readonly WindowReport[],
  field: 'ok' | 'missing' | 'failed' | 'units',
  operation = 0,
): number {
  return windows.reduce((total, window) => total + window.measured.operations[operation]![field], 0);
}

export function errorCodes(windows: readonly WindowReport[]): Record<string, number> {
  const codes: Record<string, number> = {};
  for (const { code, count } of windows.flatMap(({ measured }) => measured.errors))
    codes[code] = (codes[code] ?? 0) + count;
  return codes;
}

export function expectSeamless(windows: readonly WindowReport[]): void {
  expect(windows[0]!.fromMs).toBe(0);
  expect(windows.slice(1).map(({ fromMs }) => fromMs)).toEqual(windows.slice(0, -1).map(({ toMs }) => toMs));
  expect(windows.map(({ isLast }) => isLast)).toEqual(
    windows.map((_, index) => index === windows.length - 1),
  );
}
