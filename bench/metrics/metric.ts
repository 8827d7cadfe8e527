// One number of a run's results, by the name that people write: `rate`, `p99`, `get.p99`, `put.service.mean`,
// `errors`. Thresholds, comparisons and searches all speak of runs in these names. Pure.
import type { OperationStatistics, Results } from '../../results/schema.js';

export const latencyMetrics = ['min', 'mean', 'p50', 'p95', 'p99', 'p999', 'p9999', 'max'] as const;
export type LatencyMetric = (typeof latencyMetrics)[number];
export const statisticNames = ['rate', 'errors', ...latencyMetrics] as const;
export type StatisticName = (typeof statisticNames)[number];

export interface Metric {
  /** The one spelling of it, for example `get.p99`. */
  readonly name: string;
  /** null: all operations together. */
  readonly operation: string | null;
  /** Latencies from the intended start (response) or from the send (service). */
  readonly time: 'response' | 'service';
  readonly statistic: StatisticName;
}

export type MetricUnit = 'ops/s' | 'share' | 'ms';

const spelling =
  /^(?:(?!(?:response|service)\.)(.+?)\.)?(?:(response|service)\.)?(rate|errors|min|mean|max|p(?:50|95|99(?:\.?9{1,2})?))$/;

/** The metric that a text names, or a sentence that says what is right. */
export function parseMetric(text: string): Metric | string {
  const match = spelling.exec(text.trim());
  if (match === null)
    return `"${text}" is no metric; write rate, errors or p99 for all operations, get.p99 or get.service.mean for one. Statistics: ${statisticNames.join(', ')}`;
  const operation = match[1] ?? null;
  const time = match[2] === 'service' ? 'service' : 'response';
  const statistic = match[3]!.replace('.', '') as StatisticName;
  if (match[2] !== undefined && unitOf(statistic) !== 'ms')
    return `"${text}": ${statistic} has no ${match[2]} time; write ${operation === null ? '' : `${operation}.`}${statistic}`;
  const parts = [operation, time === 'service' ? 'service' : null, statistic];
  return { name: parts.filter((part) => part !== null).join('.'), operation, time, statistic };
}

export function unitOf(statistic: StatisticName): MetricUnit {
  if (statistic === 'rate') return 'ops/s';
  return statistic === 'errors' ? 'share' : 'ms';
}

/** Whether a larger value is the better one. */
export function isHigherBetter({ statistic }: Metric): boolean {
  return statistic === 'rate';
}

/**
 * Its value in a run: operations per second, failed operations as a share of all (0 to 1), or milliseconds.
 * Undefined where the run has no sample of it; a string says that the run has no such operation.
 */
export function metricValue(results: Results, metric: Metric): number | undefined | string {
  const statistics = statisticsOf(results, metric.operation);
  if (statistics === undefined)
    return `the run has no operation "${metric.operation}"; it has ${Object.keys(results.operations).join(', ')}`;
  if (metric.statistic === 'rate') return statistics.opsPerSecond;
  if (metric.statistic === 'errors') {
    const all = statistics.ok + statistics.failed;
    return all === 0 ? undefined : statistics.failed / all;
  }
  const latencies = metric.time === 'service' ? statistics.serviceTimeMs : statistics.responseTimeMs;
  return latencies?.[metric.statistic];
}

/** A value with its unit, for people. */
export function formatMetric(value: number, statistic: StatisticName): string {
  switch (unitOf(statistic)) {
    case 'ops/s':
      return `${Math.round(value).toLocaleString('en-US')} ops/s`;
    case 'share':
      return `${significant(value * 100)} %`;
    case 'ms':
      return value < 1 ? `${significant(value * 1000)} µs` : `${significant(value)} ms`;
  }
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function statisticsOf(results: Results, operation: string | null): OperationStatistics | undefined {
  return operation === null ? results.total : results.operations[operation];
}
