// Gathers what the load threads report: hands complete windows to the files, keeps the totals of the run, what the
// verdict looks at, and what the live view shows.
import type { BenchPlan } from '../config/bench-plan.js';
import { SliceTimeline } from '../faults/index.js';
import { type LiveSinks, windowFigures } from '../sinks/index.js';
import { LatencyHistogram, latencyStatistics } from '../statistics/index.js';
import { CollectedWindow, limitedShare } from './collected-window.js';
import type { LiveOperation, LiveState } from './live-view.js';
import { plannedMs, type ThreadReport, type WindowReport } from './load-plan.js';
import type { RunFiles } from './run-files.js';
import { RunTotals } from './run-totals.js';
import { type MergedWindow, WindowMerger } from './window-merger.js';
import { WindowSeries } from './window-series.js';

type LiveFigures = Pick<LiveState, 'opsPerSecond' | 'operations' | 'schedule'>;

/** What the generator's threads suffered in the measured phase, the worst of all windows and threads. */
export interface GeneratorHealth extends ThreadReport {
  /** Milliseconds of the measured phase in which an operation that was due waited for a worker; mean over threads. */
  limitedMs: number;
  /** Operations that were due and had not started when the measured phase ended. */
  backlog: number;
}

export class RunCollector {
  readonly totals: RunTotals;
  readonly series = new WindowSeries();
  /** Of a run with faults; empty in others. */
  readonly timeline = new SliceTimeline();
  readonly health: GeneratorHealth = {
    loopDelayP99Ms: 0,
    loopDelayMaxMs: 0,
    gcPauses: 0,
    gcMs: 0,
    gcMaxMs: 0,
    limitedMs: 0,
    backlog: 0,
  };
  /** The end of the last complete window, in milliseconds since the start. */
  endMs = 0;
  readonly #plan: BenchPlan;
  readonly #names: readonly string[];
  readonly #merger: WindowMerger;
  readonly #window: CollectedWindow;
  readonly #files: RunFiles;
  readonly #sinks: LiveSinks | undefined;
  readonly #medians = new LatencyHistogram();
  #live: LiveFigures;
  #startedMs = 0;

  constructor(plan: BenchPlan, files: RunFiles, sinks?: LiveSinks) {
    this.#plan = plan;
    this.#files = files;
    this.#sinks = sinks?.isEmpty === false ? sinks : undefined;
    const names = plan.operations.map(({ name }) => name);
    this.#names = names;
    const isOpen = plan.mode.kind === 'rate';
    this.totals = new RunTotals(names, isOpen || plan.retries.max > 0);
    this.#merger = new WindowMerger(plan.threads, (window) => this.#complete(window));
    this.#window = new CollectedWindow(names.length, isOpen);
    this.#live = {
      opsPerSecond: 0,
      operations: names.map((name) => ({ name, opsPerSecond: 0, p50Ms: undefined, p99Ms: undefined })),
      schedule: undefined,
    };
  }

  /** The run began at this reading of `performance.now()`. */
  begin(startedMs: number): void {
    this.#startedMs = startedMs;
  }

  add(thread: number, report: WindowReport): void {
    this.totals.add(report);
    this.#watch(report);
    if (report.slices !== null) this.timeline.add(report.slices);
    this.#files.thread(thread, report.toMs, report.thread);
    this.#merger.add(thread, report);
  }

  /** Completes what is still open, after a thread has died. */
  flush(): void {
    this.#merger.flush();
  }

  /** The measured phase as far as the run came, in milliseconds. */
  get measuredMs(): number {
    const { warmUpMs, durationMs, coolDownMs } = this.#plan;
    // Without a cool-down, the phase lasts until what it had in flight has ended.
    const toMs = coolDownMs > 0 ? Math.min(this.endMs, warmUpMs + durationMs) : this.endMs;
    return Math.max(0, toMs - warmUpMs);
  }

  liveState(): LiveState {
    return {
      durationMs: plannedMs(this.#plan),
      elapsedMs: Math.max(0, performance.now() - this.#startedMs),
      errors: this.totals.failed,
      ...this.#live,
    };
  }

  #watch(report: WindowReport): void {
    const { health } = this;
    const { thread, schedule } = report;
    const share = this.#measuredShare(report.fromMs, report.toMs);
    if (share === 0) return;
    health.loopDelayP99Ms = Math.max(health.loopDelayP99Ms, thread.loopDelayP99Ms);
    health.loopDelayMaxMs = Math.max(health.loopDelayMaxMs, thread.loopDelayMaxMs);
    health.gcPauses += thread.gcPauses;
    health.gcMs += thread.gcMs;
    health.gcMaxMs = Math.max(health.gcMaxMs, thread.gcMaxMs);
    if (schedule === null) return;
    health.limitedMs += (limitedShare(report) * share * (report.toMs - report.fromMs)) / this.#plan.threads;
  }

  /** The share of a window that lies in the measured phase. */
  #measuredShare(fromMs: number, toMs: number): number {
    const { warmUpMs, durationMs, coolDownMs } = this.#plan;
    const endMs = coolDownMs > 0 ? warmUpMs + durationMs : Number.POSITIVE_INFINITY;
    const insideMs = Math.min(toMs, endMs) - Math.max(fromMs, warmUpMs);
    return toMs > fromMs ? Math.max(0, insideMs) / (toMs - fromMs) : 0;
  }

  #complete({ fromMs, toMs, parts }: MergedWindow): void {
    const window = this.#window;
    window.take(fromMs, toMs, parts);
    this.endMs = toMs;
    if (window.schedule !== undefined && this.#measuredShare(fromMs, toMs) > 0)
      this.health.backlog = window.schedule.backlog;
    this.#live = liveOf(this.#plan, window);
    this.#noteFigures(window);
    this.#files.window(window, this.totals.errors);
    this.#sinks?.window(windowFigures(this.#names, window));
  }

  /** Whole windows of the measured phase alone: a part of one has another throughput. */
  #noteFigures({ fromMs, toMs, operations }: CollectedWindow): void {
    const isWhole = toMs - fromMs > this.#plan.reportIntervalMs / 2;
    if (!isWhole || this.#measuredShare(fromMs, toMs) < 1) return;
    // What comes after the first fault is not meant to be steady.
    if (toMs > (this.#plan.faults[0]?.atMs ?? Number.POSITIVE_INFINITY)) return;
    this.#medians.reset();
    for (const { latencies } of operations) this.#medians.merge(latencies);
    const medianMs = latencyStatistics(this.#medians)?.p50 ?? null;
    this.series.add({ opsPerSecond: this.#live.opsPerSecond, medianMs });
  }
}

function liveOf(plan: BenchPlan, { fromMs, toMs, operations, schedule }: CollectedWindow): LiveFigures {
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
  return {
    opsPerSecond: shown.reduce((sum, { opsPerSecond }) => sum + opsPerSecond, 0),
    operations: shown,
    schedule:
      schedule === undefined
        ? undefined
        : { offeredPerSecond: schedule.offered / seconds, backlog: schedule.backlog },
  };
}
