// Everything that a run has counted so far of its measured phase, added up over threads and windows. Histograms are
// merged, never averaged; what is kept grows with operations' names and kinds of errors, not with operations done.
import type { LatencyTime, PercentileRow } from '../../results/percentile-row.js';
import { type ErrorCount, failureClasses, type OperationStatistics } from '../../results/schema.js';
import { LatencyHistogram, latencyStatistics, percentileSpectrum } from '../statistics/index.js';
import { add, type CollectedOperation } from './collected-window.js';
import type { WindowReport } from './load-plan.js';

interface OperationTotals extends CollectedOperation {
  name: string;
  retried: number;
  dropped: number;
}

export class RunTotals {
  readonly lags = new LatencyHistogram();
  /** Operations that were due, and that had not started at the end. */
  offered = 0;
  /** What ended of warm-up and cool-down. */
  readonly outside = { ok: 0, failed: 0 };
  readonly #operations: OperationTotals[];
  readonly #hasService: boolean;
  readonly #errors = new Map<string, ErrorCount>();

  /** `hasService`: service times were recorded beside response times, because they differ. */
  constructor(names: readonly string[], hasService: boolean) {
    this.#operations = names.map(emptyTotals);
    this.#hasService = hasService;
  }

  add({ measured, outside, schedule }: WindowReport): void {
    measured.operations.forEach((window, index) => {
      const totals = this.#operations[index]!;
      add(totals, window);
      totals.retried += window.retried;
      totals.dropped += window.dropped;
    });
    if (measured.lags !== null) this.lags.mergeEncoded(measured.lags);
    this.offered += schedule?.offeredMeasured ?? 0;
    for (const { operation, code, definite, example, count } of measured.errors) {
      const { name } = this.#operations[operation]!;
      const key = `${name} ${code} ${definite}`;
      const known = this.#errors.get(key);
      if (known === undefined) this.#errors.set(key, { operation: name, code, definite, example, count });
      else known.count += count;
    }
    for (const { ok, failed } of outside?.operations ?? []) {
      this.outside.ok += ok;
      this.outside.failed += failed;
    }
  }

  get ok(): number {
    return this.#operations.reduce((sum, { ok }) => sum + ok, 0);
  }

  get failed(): number {
    return this.#operations.reduce((sum, { failed }) => sum + failed, 0);
  }

  get dropped(): number {
    return this.#operations.reduce((sum, { dropped }) => sum + dropped, 0);
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
    const all = emptyTotals('all');
    for (const operation of this.#operations) {
      all.ok += operation.ok;
      all.missing += operation.missing;
      all.failed += operation.failed;
      all.units += operation.units;
      all.retried += operation.retried;
      all.dropped += operation.dropped;
      all.latencies.merge(operation.latencies);
      all.service.merge(operation.service);
      operation.failures.forEach((histogram, index) => {
        if (histogram === undefined) return;
        all.failures[index] ??= new LatencyHistogram();
        all.failures[index].merge(histogram);
      });
    }
    const statisticsOf = (totals: OperationTotals) => this.#statisticsOf(totals, measuredSeconds);
    return {
      total: statisticsOf(all),
      operations: Object.fromEntries(
        this.#operations.map((operation) => [operation.name, statisticsOf(operation)]),
      ),
    };
  }

  /** Every latency by percentile; service times where they differ. */
  percentiles(): PercentileRow[] {
    return this.#operations.flatMap(({ name, latencies, service }) => {
      const of = (time: LatencyTime, histogram: LatencyHistogram) =>
        percentileSpectrum(histogram).map((step) => ({ operation: name, time, ...step }));
      return [...of('response', latencies), ...(this.#hasService ? of('service', service) : [])];
    });
  }

  #statisticsOf(totals: OperationTotals, measuredSeconds: number): OperationStatistics {
    const response = latencyStatistics(totals.latencies);
    const [timeout, definite, indefinite] = failureClasses.map((_, index) => {
      const histogram = totals.failures[index];
      return histogram === undefined ? null : latencyStatistics(histogram);
    });
    return {
      ok: totals.ok,
      missing: totals.missing,
      failed: totals.failed,
      units: totals.units,
      retried: totals.retried,
      dropped: totals.dropped,
      opsPerSecond: measuredSeconds > 0 ? totals.ok / measuredSeconds : 0,
      responseTimeMs: response,
      serviceTimeMs: this.#hasService ? latencyStatistics(totals.service) : response,
      failedTimeMs: { timeout: timeout!, definite: definite!, indefinite: indefinite! },
    };
  }
}

function emptyTotals(name: string): OperationTotals {
  return {
    name,
    ok: 0,
    missing: 0,
    failed: 0,
    units: 0,
    retried: 0,
    dropped: 0,
    latencies: new LatencyHistogram(),
    service: new LatencyHistogram(),
    failures: [],
  };
}
