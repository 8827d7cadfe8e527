// All the files of a run, opened before it starts and written window by window.
import type { PercentileRow } from '../../results/percentile-row.js';
import { type ErrorCount, failureClasses, type LatencyRow, type Results } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError } from '../config/configuration-error.js';
import {
  checkResultsBase,
  collidingOperations,
  createResultsFolder,
  HistogramLog,
  type Measurement,
  MeasurementsFile,
  RunTables,
  SamplesFiles,
  ScheduleFile,
  writeErrorsFile,
  writePercentilesFile,
  writeResultsFile,
} from '../output/index.js';
import { type LatencyHistogram, latencyRow } from '../statistics/index.js';
import type { CollectedOperation, CollectedSchedule, CollectedWindow } from './collected-window.js';
import type { ThreadReport } from './load-plan.js';

export class RunFiles {
  readonly id: string;
  readonly folder: string;
  readonly #operations: readonly string[];
  readonly #tables: RunTables;
  readonly #log: HistogramLog;
  readonly #samples: SamplesFiles | undefined;
  readonly #schedule: ScheduleFile | undefined;
  readonly #measurements: MeasurementsFile;
  readonly #hasService: boolean;
  #errorsWritten = 0;
  #isClosed = false;

  /** Rejects when the files could not be written; creates nothing. */
  static async check(plan: BenchPlan): Promise<void> {
    const colliding = collidingOperations(plan.operations.map(({ name }) => name));
    if (colliding !== undefined) {
      const message = `"${colliding[0]}" and "${colliding[1]}" would be written to the same files; rename one`;
      throw new ConfigurationError([{ path: 'operations', message }]);
    }
    await checkResultsBase(plan.testDir);
  }

  static async create(plan: BenchPlan): Promise<RunFiles> {
    return new RunFiles(plan, await createResultsFolder(plan.testDir));
  }

  private constructor(plan: BenchPlan, { id, path }: { id: string; path: string }) {
    this.id = id;
    this.folder = path;
    this.#operations = plan.operations.map(({ name }) => name);
    const isOpen = plan.mode.kind === 'rate';
    this.#hasService = isOpen || plan.retries.max > 0;
    this.#tables = new RunTables(path, this.#operations, { hasService: this.#hasService });
    this.#schedule = isOpen ? new ScheduleFile(path) : undefined;
    this.#measurements = new MeasurementsFile(path);
    this.#log = new HistogramLog(path);
    this.#samples = plan.raw ? new SamplesFiles(path, this.#operations) : undefined;
    writeErrorsFile(path, []);
  }

  begin(startedAtMs: number): void {
    this.#log.begin(startedAtMs);
  }

  samples(samples: Float64Array): void {
    this.#samples?.append(samples);
  }

  measurements(measurements: readonly Measurement[]): void {
    this.#measurements.append(measurements);
  }

  /** What load thread `thread` (from 0) reports of itself at the end of a window. */
  thread(thread: number, toMs: number, report: ThreadReport): void {
    const row = { elapsedSeconds: toMs / 1000, source: `load-thread-${thread + 1}` };
    this.#measurements.append([
      { ...row, metric: 'event_loop_delay_p99', unit: 'ms', value: report.loopDelayP99Ms },
      { ...row, metric: 'event_loop_delay_max', unit: 'ms', value: report.loopDelayMaxMs },
      { ...row, metric: 'gc_pauses', unit: '1', value: report.gcPauses },
      { ...row, metric: 'gc_time', unit: 'ms', value: report.gcMs },
      { ...row, metric: 'gc_pause_max', unit: 'ms', value: report.gcMaxMs },
    ]);
  }

  window(window: CollectedWindow, errors: readonly ErrorCount[]): void {
    const { fromMs, toMs, operations } = window;
    const elapsedSeconds = toMs / 1000;
    const windowSeconds = (toMs - fromMs) / 1000;
    const rowOf = (histogram: LatencyHistogram, { units, failed }: CollectedOperation): LatencyRow =>
      latencyRow(histogram, { elapsedSeconds, windowSeconds, n: units, errors: failed });
    const rows = operations.map((operation) => rowOf(operation.latencies, operation));
    const service = operations.map((operation) => rowOf(operation.service, operation));
    const successful = operations.reduce((sum, { units }) => sum + units, 0);
    const failed = operations.reduce((sum, operation) => sum + operation.failed, 0);
    const total = successful + failed;
    this.#tables.append({ elapsedSeconds, windowSeconds, total, successful, failed }, rows, service);
    this.#logWindow(window);
    if (window.schedule !== undefined) this.#scheduleRow(window.schedule, elapsedSeconds, windowSeconds);
    const errorsNow = errors.reduce((sum, { count }) => sum + count, 0);
    if (errorsNow > this.#errorsWritten) writeErrorsFile(this.folder, errors);
    this.#errorsWritten = errorsNow;
  }

  #logWindow({ fromMs, toMs, operations, schedule }: CollectedWindow): void {
    const log = (tag: string, histogram: LatencyHistogram): void =>
      this.#log.append(tag, fromMs, toMs, histogram.maxUs, histogram.fold());
    operations.forEach(({ latencies, service, failures }, index) => {
      const name = this.#operations[index]!;
      log(name, latencies);
      if (this.#hasService) log(`${name}:service`, service);
      failures.forEach((histogram, kind) => {
        if (histogram !== undefined && histogram.count > 0) log(`${name}:${failureClasses[kind]}`, histogram);
      });
    });
    if (schedule !== undefined) log(':schedule-lag', schedule.lags);
  }

  #scheduleRow(schedule: CollectedSchedule, elapsedSeconds: number, windowSeconds: number): void {
    const { offered, dropped, backlog, limitedShare, lags } = schedule;
    const lag = latencyRow(lags, { elapsedSeconds, windowSeconds, n: 0, errors: 0 });
    this.#schedule!.append({
      elapsedSeconds,
      windowSeconds,
      offered,
      dropped,
      backlog,
      limitedShare,
      lagMedianUs: lag.medianUs,
      lagP99Us: lag.p99Us,
      lagMaxUs: lag.maxUs,
    });
  }

  async finish(results: Results, percentiles: readonly PercentileRow[]): Promise<void> {
    writePercentilesFile(this.folder, percentiles);
    writeErrorsFile(this.folder, results.errors);
    await writeResultsFile(this.folder, results);
    await this.close();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#tables.close();
    this.#log.close();
    this.#samples?.close();
    this.#schedule?.close();
    this.#measurements.close();
  }
}
