// Gathers what the load threads report: hands complete windows to the files, keeps the totals of the run and
// what the live view shows.
import type { BenchPlan } from '../config/bench-plan.js';
import { LatencyHistogram, latencyStatistics } from '../statistics/index.js';
import type { CollectedWindow } from './collected-window.js';
import type { LiveOperation, LiveState } from './live-view.js';
import type { WindowReport } from './load-plan.js';
import type { RunFiles } from './run-files.js';
import { RunTotals } from './run-totals.js';
import { type MergedWindow, WindowMerger } from './window-merger.js';

export class RunCollector {
  readonly totals: RunTotals;
  /** The end of the last complete window, in milliseconds since the start. */
  measuredMs = 0;
  readonly #plan: BenchPlan;
  readonly #merger: WindowMerger;
  readonly #window: CollectedWindow;
  readonly #files: RunFiles;
  #live: Pick<LiveState, 'opsPerSecond' | 'operations'>;
  #startedMs = 0;

  constructor(plan: BenchPlan, files: RunFiles) {
    this.#plan = plan;
    this.#files = files;
    const names = plan.operations.map(({ name }) => name);
    this.totals = new RunTotals(names);
    this.#merger = new WindowMerger(plan.threads, (window) => this.#complete(window));
    this.#window = {
      fromMs: 0,
      toMs: 0,
      operations: names.map(() => ({
        ok: 0,
        missing: 0,
        failed: 0,
        units: 0,
        latencies: new LatencyHistogram(),
      })),
    };
    this.#live = {
      opsPerSecond: 0,
      operations: names.map((name) => ({ name, opsPerSecond: 0, p50Ms: undefined, p99Ms: undefined })),
    };
  }

  /** The run began at this reading of `performance.now()`. */
  begin(startedMs: number): void {
    this.#startedMs = startedMs;
  }

  add(thread: number, report: WindowReport): void {
    this.totals.add(report);
    this.#merger.add(thread, report);
  }

  /** Completes what is still open, after a thread has died. */
  flush(): void {
    this.#merger.flush();
  }

  liveState(): LiveState {
    return {
      durationMs: this.#plan.durationMs,
      elapsedMs: Math.max(0, performance.now() - this.#startedMs),
      errors: this.totals.failed,
      ...this.#live,
    };
  }

  #complete({ fromMs, toMs, parts }: MergedWindow): void {
    const window = this.#window;
    window.fromMs = fromMs;
    window.toMs = toMs;
    window.operations.forEach((operation, index) => {
      operation.ok = 0;
      operation.missing = 0;
      operation.failed = 0;
      operation.units = 0;
      operation.latencies.reset();
      for (const part of parts) {
        const counted = part.operations[index]!;
        operation.ok += counted.ok;
        operation.missing += counted.missing;
        operation.failed += counted.failed;
        operation.units += counted.units;
        operation.latencies.mergeEncoded(counted.latencies);
      }
    });
    this.measuredMs = toMs;
    this.#live = liveOf(this.#plan, window);
    this.#files.window(window, this.totals.errors);
  }
}

function liveOf(
  plan: BenchPlan,
  { fromMs, toMs, operations }: CollectedWindow,
): Pick<LiveState, 'opsPerSecond' | 'operations'> {
  const seconds = Math.max(toMs - fromMs, 1) / 1000;
  const shown = operations.map(({ ok, latencies }, index): LiveOperation => {
    const statistics = latencyStatistics(latencies);
    return {
      name: plan.operations[index]!.name,
      opsPerSecond: ok / seconds,
      p50Ms: statistics?.p50,
      p99Ms: statistics?.p99,
    };
  });
  return { opsPerSecond: shown.reduce((sum, { opsPerSecond }) => sum + opsPerSecond, 0), operations: shown };
}
