// summary.csv and <op>_latencies.csv: a row per window, byte for byte as basho_bench formats it; and <op>_service.csv
// of the same shape with service times, where those differ from response times.
import { join } from 'node:path';
import {
  fileLabel,
  type LatencyRow,
  latencyColumns,
  type SummaryRow,
  summaryColumns,
} from '../../results/schema.js';
import { CsvFile } from './csv-file.js';

export class RunTables {
  readonly #summary: CsvFile;
  readonly #latencies: CsvFile[];
  readonly #service: CsvFile[];

  constructor(folder: string, operations: readonly string[], { hasService = false } = {}) {
    this.#summary = new CsvFile(join(folder, 'summary.csv'), summaryColumns);
    this.#latencies = operations.map(
      (operation) => new CsvFile(join(folder, `${fileLabel(operation)}_latencies.csv`), latencyColumns),
    );
    const measured = hasService ? operations : [];
    this.#service = measured.map(
      (operation) => new CsvFile(join(folder, `${fileLabel(operation)}_service.csv`), latencyColumns),
    );
  }

  /** `latencies` and `service` in the order of the operations. */
  append(summary: SummaryRow, latencies: readonly LatencyRow[], service: readonly LatencyRow[] = []): void {
    const { elapsedSeconds, windowSeconds, total, successful, failed } = summary;
    this.#summary.append([[seconds(elapsedSeconds), seconds(windowSeconds), total, successful, failed]]);
    latencies.forEach((row, index) => {
      this.#latencies[index]!.append([latencyCells(row)]);
    });
    this.#service.forEach((file, index) => {
      file.append([latencyCells(service[index]!)]);
    });
  }

  close(): void {
    this.#summary.close();
    for (const file of [...this.#latencies, ...this.#service]) file.close();
  }
}

function latencyCells(row: LatencyRow): (string | number)[] {
  const { elapsedSeconds, windowSeconds, n, minUs, meanUs, medianUs, p95Us, p99Us, p999Us, maxUs, errors } =
    row;
  // Without samples basho_bench writes whole zeros; an operation that succeeds may count for no units.
  const mean = n === 0 && meanUs === 0 ? 0 : meanUs.toFixed(1);
  const latencies = [Math.round(minUs), mean, medianUs, p95Us, p99Us, p999Us, Math.round(maxUs)];
  return [seconds(elapsedSeconds), seconds(windowSeconds), n, ...latencies, errors];
}

/** Microseconds are all that the clock is good for; the shortest text that says them, in Erlang a float always. */
function seconds(value: number): string {
  const rounded = Math.round(value * 1e6) / 1e6;
  return Number.isInteger(rounded) ? rounded.toFixed(1) : String(rounded);
}

/**
 * The two operations whose files would have one name, or undefined. Names that differ by case alone collide, too:
 * there are file systems that do not tell them apart.
 */
export function collidingOperations(operations: readonly string[]): [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const operation of operations) {
    const file = fileLabel(operation).toLowerCase();
    const earlier = seen.get(file);
    if (earlier !== undefined) return [earlier, operation];
    seen.set(file, operation);
  }
  return undefined;
}
