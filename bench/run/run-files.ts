// All the files of a run, opened before it starts and written window by window.
import type { ErrorCount, LatencyRow, Results } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError } from '../config/configuration-error.js';
import {
  checkResultsBase,
  collidingOperations,
  createResultsFolder,
  HistogramLog,
  RunTables,
  SamplesFiles,
  writeErrorsFile,
  writeResultsFile,
} from '../output/index.js';
import { latencyRow } from '../statistics/index.js';
import type { CollectedWindow } from './collected-window.js';

export class RunFiles {
  readonly id: string;
  readonly folder: string;
  readonly #operations: readonly string[];
  readonly #tables: RunTables;
  readonly #log: HistogramLog;
  readonly #samples: SamplesFiles | undefined;
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
    this.#tables = new RunTables(path, this.#operations);
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

  window({ fromMs, toMs, operations }: CollectedWindow, errors: readonly ErrorCount[]): void {
    const elapsedSeconds = toMs / 1000;
    const windowSeconds = (toMs - fromMs) / 1000;
    const rows = operations.map(
      ({ latencies, units, failed }): LatencyRow =>
        latencyRow(latencies, { elapsedSeconds, windowSeconds, n: units, errors: failed }),
    );
    const successful = operations.reduce((sum, { units }) => sum + units, 0);
    const failed = operations.reduce((sum, operation) => sum + operation.failed, 0);
    this.#tables.append(
      { elapsedSeconds, windowSeconds, total: successful + failed, successful, failed },
      rows,
    );
    operations.forEach(({ latencies }, index) => {
      this.#log.append(this.#operations[index]!, fromMs, toMs, rows[index]!.maxUs, latencies.fold());
    });
    const errorsNow = errors.reduce((sum, { count }) => sum + count, 0);
    if (errorsNow > this.#errorsWritten) writeErrorsFile(this.folder, errors);
    this.#errorsWritten = errorsNow;
  }

  async finish(results: Results): Promise<void> {
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
  }
}
