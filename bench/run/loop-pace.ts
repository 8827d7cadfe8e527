// What makes a load loop start operations by a schedule or after a think time: the dispatch that says who starts
// what, the pacer that wakes the thread for it, and the account of the schedule for each window.
import {
  type ArrivalSource,
  type Dispatch,
  RunDispatch,
  ThinkDispatch,
  WorkerDispatch,
} from '../schedule/index.js';
import type { LoadClock } from './load-clock.js';
import { type LoadPlan, type ScheduleReport, threadOperationsMax } from './load-plan.js';
import { Pacer } from './pacer.js';
import type { Workload } from './workload.js';

/** undefined where a worker starts its next operation when the last has ended. */
export function createDispatch(
  plan: LoadPlan,
  workload: Workload,
  onDropped: (operation: number, intendedUs: number) => void,
): Dispatch | undefined {
  const { mode, threads, thread, workerIds } = plan;
  if (mode.kind === 'max') {
    if (mode.thinkTime === null) return undefined;
    return new ThinkDispatch({
      thinkTime: mode.thinkTime,
      streams: workerIds.map((_, worker) => workload.arrivalStream(worker)),
      operationsMax: threadOperationsMax(plan),
    });
  }
  const source: ArrivalSource = {
    schedule: mode.schedule,
    randomAlgorithm: plan.randomAlgorithm,
    randomSeed: plan.randomSeed,
    workers: plan.concurrentWorkers,
    operationsMax: plan.operationsMax,
    listed: plan.trace && { offsetUs: plan.trace.entries.offsetUs, speed: plan.trace.speed },
  };
  const drop = (owner: number, intendedUs: number): void => {
    const operation = workload.passOver(owner);
    if (operation >= 0) onDropped(operation, intendedUs);
  };
  return mode.schedule.per === 'run'
    ? new RunDispatch({ source, threads, thread, onDropped: drop })
    : new WorkerDispatch({ source, workerIds, onDropped: drop });
}

export function createPacer(plan: LoadPlan, clock: LoadClock, onDue: () => void): Pacer {
  return new Pacer({
    nowUs: () => clock.nowUs(),
    onNextTurn: (callback) => void setImmediate(callback),
    onTimer: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    spins: plan.busyPoll,
    onDue,
  });
}

/** Turns the running counts of a dispatch into those of each window. */
export class ScheduleMeter {
  readonly #dispatch: Dispatch;
  readonly #measuredUs: { from: number; to: number };
  readonly #endUs: () => number;
  #offered = 0;
  #dropped = 0;
  #limitedUs = 0;

  /** `endUs` tells when the run ends: what is due later is none of its operations. */
  constructor(dispatch: Dispatch, measuredUs: { from: number; to: number }, endUs: () => number) {
    this.#dispatch = dispatch;
    this.#measuredUs = measuredUs;
    this.#endUs = endUs;
  }

  take(nowUs: number): ScheduleReport {
    const untilUs = Math.min(nowUs, this.#endUs());
    const { from, to } = this.#measuredUs;
    const before = this.#offered;
    const atFrom = from <= untilUs ? Math.max(before, this.#offeredUntil(from)) : Number.POSITIVE_INFINITY;
    const atTo = to <= untilUs ? Math.max(before, this.#offeredUntil(to)) : Number.POSITIVE_INFINITY;
    const counts = this.#dispatch.counts(untilUs);
    const report = {
      offered: counts.offered - before,
      offeredMeasured: Math.max(0, Math.min(counts.offered, atTo) - Math.min(counts.offered, atFrom)),
      dropped: counts.dropped - this.#dropped,
      backlog: counts.offered - counts.started - counts.dropped,
      limitedUs: counts.limitedUs - this.#limitedUs,
    };
    this.#offered = counts.offered;
    this.#dropped = counts.dropped;
    this.#limitedUs = counts.limitedUs;
    return report;
  }

  /** The counter does not go back: of a moment that has passed it tells the count of now. */
  #offeredUntil(untilUs: number): number {
    return this.#dispatch.counts(untilUs).offered;
  }
}
