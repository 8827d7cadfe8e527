// What a run says at its end, on stdout: the tutorial's two lines, the two numbers that people quote, a table,
// the verdict, and where the files are.
import type { OperationStatistics, Results } from '../../results/schema.js';
import { faultLines } from './fault-lines.js';
import { formatBytes, formatCount, formatLatencyMs, formatPercentileMs } from './number-format.js';
import { coloursFor } from './terminal-colours.js';
import { verificationLines } from './verification-lines.js';

const pc = coloursFor(process.stdout);

export function renderReport(results: Results, folder: string): string {
  const lines = [headline(results), ...errorLines(results), ''];
  lines.push(...table(results), ...scheduleLines(results), '');
  const { total, verdict, generator } = results;
  const p99 = total.responseTimeMs === null ? '-' : formatPercentileMs(total.responseTimeMs.p99);
  lines.push(`${pc.bold(`${formatCount(total.opsPerSecond)} ops/s`)}   ${pc.bold(`p99 ${p99}`)}`);
  lines.push(verdictLine(verdict.kind), ...verdict.reasons.map((reason) => `  ${reason}`));
  lines.push(
    ...faultLines(results.faults),
    ...thresholdLines(results),
    ...verificationLines(results.verification),
    ...sinkLines(results),
  );
  lines.push(
    `Generator: ${generator.cpuUsPerOp.toFixed(2)} µs CPU per operation, load thread busy ${Math.round(generator.loadThreadUtilization * 100)} %, memory ${formatBytes(generator.rssBytesEnd)}`,
  );
  lines.push(`Files: ${folder}`);
  return lines.join('\n');
}

/** Sinks that missed something; the figures of the run are whole all the same. */
function sinkLines({ sinks = [] }: Results): string[] {
  return sinks
    .filter(({ problem }) => problem !== null)
    .map(({ sink, failed, problem }) =>
      pc.yellow(`Sink ${sink} failed ${formatCount(failed)} times: ${problem}`),
    );
}

function headline({ run }: Results): string {
  if (run.end === 'completed' || run.end === 'all-workers-stopped') return 'Benchmark finished';
  return pc.yellow(`Benchmark ended early (${run.end}) after ${run.measuredSeconds.toFixed(1)} s`);
}

function errorLines({ errors }: Results): string[] {
  if (errors.length === 0) return ['No Errors'];
  return [
    pc.red('Total Errors:'),
    ...errors.map(({ operation, code, definite, count, example }) => {
      const effect = definite ? 'no effect' : 'effect unknown';
      return `  ${operation} ${code}: ${formatCount(count)} (${effect}; ${example})`;
    }),
  ];
}

/** What the schedule offered and how the generator kept it; of a closed loop, what that means. */
function scheduleLines({ schedule, generator, total }: Results): string[] {
  if (schedule === undefined || schedule === null)
    return ['', 'Closed loop: a store that stalls is asked less meanwhile; use --rate to see what waits.'];
  const lag = generator.scheduleLagMs;
  const parts = [
    `offered ${formatCount(schedule.offeredPerSecond)}/s, achieved ${formatCount(schedule.achievedPerSecond)}/s`,
    ...(schedule.dropped > 0 ? [`${formatCount(schedule.dropped)} never started`] : []),
    ...(schedule.backlog > 0 ? [`${formatCount(schedule.backlog)} waiting at the end`] : []),
    `waited for a worker ${Math.round(schedule.limitedShare * 100)} % of the time`,
    ...(lag === null
      ? []
      : [`schedule lag p50 ${formatPercentileMs(lag.p50)}, p99 ${formatPercentileMs(lag.p99)}`]),
  ];
  const service = total.serviceTimeMs;
  const sent = service === null ? [] : [formatPercentileMs(service.p50), formatPercentileMs(service.p99)];
  return [
    '',
    `Schedule: ${parts.join('; ')}`,
    ...(service === null
      ? []
      : [`Latencies count from the intended start; from the send: p50 ${sent[0]}, p99 ${sent[1]}`]),
  ];
}

function thresholdLines({ thresholds = [] }: Results): string[] {
  if (thresholds.length === 0) return [];
  const failed = thresholds.filter(({ passed }) => !passed).length;
  const headline = failed === 0 ? pc.green('Thresholds: all kept') : pc.red(`Thresholds: ${failed} not kept`);
  return [
    headline,
    ...thresholds.map(
      ({ threshold, passed, measured }) => `  ${passed ? 'kept' : 'FAILED'}  ${threshold} (${measured})`,
    ),
  ];
}

function table({ operations, total }: Results): string[] {
  const rows = [
    ['operation', 'ok', 'failed', 'ops/s', 'min', 'mean', 'p50', 'p95', 'p99', 'p99.9', 'max'],
    ...Object.entries(operations).map(([name, statistics]) => row(name, statistics)),
    row('all', total),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells, index) => {
    const line = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    );
    return index === 0 ? pc.dim(line.join('  ')) : line.join('  ');
  });
}

function row(
  name: string,
  { ok, missing, failed, opsPerSecond, responseTimeMs }: OperationStatistics,
): string[] {
  const found = missing > 0 ? `${formatCount(ok)} (${formatCount(missing)} missing)` : formatCount(ok);
  const latencies = Array.from({ length: 7 }, () => '-');
  if (responseTimeMs !== null) {
    const { min, mean, p50, p95, p99, p999, max } = responseTimeMs;
    const percentiles = [p50, p95, p99, p999].map(formatPercentileMs);
    latencies.splice(0, 7, formatLatencyMs(min), formatLatencyMs(mean), ...percentiles, formatLatencyMs(max));
  }
  return [name, found, formatCount(failed), formatCount(opsPerSecond), ...latencies];
}

function verdictLine(kind: Results['verdict']['kind']): string {
  const text = `Verdict: ${kind}`;
  return kind === 'VALID' ? pc.green(text) : pc.yellow(text);
}
