// Everything that a run has counted so far, added up over threads and windows. Histograms are merged, never
// averaged; what is kept grows with operations' names and kinds of errors, not with operations done.
import type { ErrorCount, OperationStatistics } from '../../results/schema.js';
import { LatencyHistogram, latencyStatistics } from '../statistics/index.js';
import type { WindowReport } from './load-plan.js';

export interface OperationTotals {
  name: string;
  ok: number;
  missing: number;
  failed: number;
  units: number;
  latencies: LatencyHistogram;
}

export class RunTotals {
  readonly operations: OperationTotals[];
  readonly #errors = new Map<string, ErrorCount>();

  constructor(names: readonly string[]) {
    this.operations = names.map((name) => ({
      name,
      ok: 0,
      missing: 0,
      failed: 0,
      units: 0,
      latencies: new LatencyHistogram(),
    }));
  }

  add(window: WindowReport): void {
    window.operations.forEach((counted, index) => {
      const totals = this.operations[index]!;
      totals.ok += counted.ok;
      totals.missing += counted.missing;
      totals.failed += counted.failed;
      totals.units += counted.units;
      totals.latencies.mergeEncoded(counted.latencies);
    });
    for (const { operation, code, definite, example, count } of window.errors) {
      const { name } = this.operations[operation]!;
      const key = `${name} ${code} ${definite}`;
      const known = this.#errors.get(key);
      if (known === undefined) this.#errors.set(key, { operation: name, code, definite, example, count });
      else known.count += count;
    }
  }

  get ok(): number {
    return this.operations.reduce((sum, { ok }) => sum + ok, 0);
  }

  get failed(): number {
    return this.operations.reduce((sum, { failed }) => sum + failed, 0);
  }

  /** Most frequent first. */
  get errors(): ErrorCount[] {
    return [...this.#errors.values()].sort((a, b) => b.count - a.count);
  }

  /** In a closed loop an operation is meant to start when it is sent: response and service time are equal. */
  statistics(measuredSeconds: number): {
    total: OperationStatistics;
    operations: Record<string, OperationStatistics>;
  } {
    const all = { ok: 0, missing: 0, failed: 0, units: 0, latencies: new LatencyHistogram() };
    for (const operation of this.operations) {
      all.ok += operation.ok;
      all.missing += operation.missing;
      all.failed += operation.failed;
      all.units += operation.units;
      all.latencies.merge(operation.latencies);
    }
    return {
      total: statisticsOf(all, measuredSeconds),
      operations: Object.fromEntries(
        this.operations.map((operation) => [operation.name, statisticsOf(operation, measuredSeconds)]),
      ),
    };
  }
}

function statisticsOf(totals: Omit<OperationTotals, 'name'>, measuredSeconds: number): OperationStatistics {
  const latencies = latencyStatistics(totals.latencies);
  return {
    ok: totals.ok,
    missing: totals.missing,
    failed: totals.failed,
    units: totals.units,
    opsPerSecond: measuredSeconds > 0 ? totals.ok / measuredSeconds : 0,
    responseTimeMs: latencies,
    serviceTimeMs: latencies,
  };
}
