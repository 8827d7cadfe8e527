// A window of the run as the files get it: all load threads and both sides (measured phase and outside) together.
import { LatencyHistogram } from '../statistics/index.js';
import type { OperationWindow, SideReport, WindowReport } from './load-plan.js';

/** One operation in one window. */
export interface CollectedOperation {
  ok: number;
  missing: number;
  failed: number;
  units: number;
  /** Response times of the successful operations, and their service times. */
  latencies: LatencyHistogram;
  service: LatencyHistogram;
  /** Response times of the failed ones, by class; undefined before the first. */
  failures: (LatencyHistogram | undefined)[];
}

export interface CollectedSchedule {
  offered: number;
  dropped: number;
  backlog: number;
  /** Mean over the threads. */
  limitedShare: number;
  lags: LatencyHistogram;
}

export class CollectedWindow {
  fromMs = 0;
  toMs = 0;
  /** In the order of the plan's operations; valid until the next window. */
  readonly operations: CollectedOperation[];
  /** undefined in a closed loop. */
  readonly schedule: CollectedSchedule | undefined;

  constructor(operations: number, hasSchedule: boolean) {
    this.operations = Array.from({ length: operations }, () => ({
      ok: 0,
      missing: 0,
      failed: 0,
      units: 0,
      latencies: new LatencyHistogram(),
      service: new LatencyHistogram(),
      failures: [],
    }));
    if (hasSchedule)
      this.schedule = { offered: 0, dropped: 0, backlog: 0, limitedShare: 0, lags: new LatencyHistogram() };
  }

  /** Forgets what it held and takes what the threads report of the next window. */
  take(fromMs: number, toMs: number, parts: readonly WindowReport[]): void {
    this.fromMs = fromMs;
    this.toMs = toMs;
    for (const operation of this.operations) reset(operation);
    const { schedule } = this;
    if (schedule !== undefined) {
      Object.assign(schedule, { offered: 0, dropped: 0, backlog: 0, limitedShare: 0 });
      schedule.lags.reset();
    }
    for (const part of parts) {
      for (const side of [part.measured, part.outside]) if (side !== null) this.#addSide(side);
      if (schedule === undefined || part.schedule === null) continue;
      schedule.offered += part.schedule.offered;
      schedule.dropped += part.schedule.dropped;
      schedule.backlog += part.schedule.backlog;
      schedule.limitedShare += limitedShare(part) / parts.length;
    }
  }

  #addSide({ operations, lags }: SideReport): void {
    operations.forEach((window, index) => {
      add(this.operations[index]!, window);
    });
    if (lags !== null) this.schedule?.lags.mergeEncoded(lags);
  }
}

/** Share of the window in which an operation that was due waited for a worker, in this thread. */
export function limitedShare({ schedule, fromMs, toMs }: WindowReport): number {
  if (schedule === null || toMs <= fromMs) return 0;
  return Math.min(1, schedule.limitedUs / 1000 / (toMs - fromMs));
}

/** Adds what a window of one thread holds of an operation. */
export function add(total: CollectedOperation, window: OperationWindow): void {
  total.ok += window.ok;
  total.missing += window.missing;
  total.failed += window.failed;
  total.units += window.units;
  total.latencies.mergeEncoded(window.latencies);
  if (window.service !== null) total.service.mergeEncoded(window.service);
  window.failures.forEach((encoded, index) => {
    if (encoded === null) return;
    total.failures[index] ??= new LatencyHistogram();
    total.failures[index].mergeEncoded(encoded);
  });
}

function reset(operation: CollectedOperation): void {
  operation.ok = 0;
  operation.missing = 0;
  operation.failed = 0;
  operation.units = 0;
  operation.latencies.reset();
  operation.service.reset();
  for (const histogram of operation.failures) histogram?.reset();
}
