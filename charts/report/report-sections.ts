// The parts of the report that are words and tables, each from results.json alone. Pure. What a run did not have (a
// schedule, thresholds, a verification) has no section.
import type { LatencyStatistics, OperationStatistics, Results } from '../../results/schema.js';
import { formatLatency } from '../latency-axis.js';
import { facts, type Html, html, nothing, section, table } from './html.js';

const percentiles = ['min', 'mean', 'p50', 'p95', 'p99', 'p999', 'p9999', 'max'] as const;
const percentileNames = ['min', 'mean', 'p50', 'p95', 'p99', 'p99.9', 'p99.99', 'max'];

export function verdictSection({ verdict, total, steadyState }: Results): Html {
  const isValid = verdict.kind === 'VALID';
  const p99 = total.responseTimeMs === null ? '' : `   p99 ${formatMs(total.responseTimeMs.p99)}`;
  const reasons = verdict.reasons.map((reason) => html`<li class="bad">${reason}</li>`);
  const untested = steadyState?.notTested;
  return html`<p><span class="verdict ${isValid ? 'valid' : ''}">${verdict.kind}</span>
<span class="headline">${count(total.opsPerSecond)} ops/s${p99}</span></p>
${isValid ? html`<p>The run may be believed: no reason was found against it.</p>` : html`<ul>${reasons}</ul>`}
${typeof untested === 'string' ? html`<p>Steady state was not tested: ${untested}.</p>` : nothing}`;
}

export function operationsSection({ total, operations, config }: Results): Html {
  const named: [string, OperationStatistics][] = [...Object.entries(operations), ['all', total]];
  const rows = (of: 'responseTimeMs' | 'serviceTimeMs'): string[][] =>
    named.map(([name, statistics]) => [name, ...counts(statistics), ...latencies(statistics[of])]);
  const headings = ['operation', 'ok', 'missing', 'failed', 'ops/s', ...percentileNames];
  const failed = failedRows(named);
  return section(
    'Operations',
    html`<h3>${config.mode === 'rate' ? 'Response times, from when an operation was due' : 'Latencies'}</h3>`,
    table(headings, rows('responseTimeMs')),
    ...(config.mode === 'rate'
      ? [html`<h3>Service times, from the send</h3>`, table(headings, rows('serviceTimeMs'))]
      : []),
    ...(failed.length > 0
      ? [
          html`<h3>Latencies of what failed</h3>`,
          table(['operation', 'ended as', 'count', ...percentileNames], failed),
        ]
      : []),
  );
}

export function errorsSection({ errors }: Results): Html {
  if (errors.length === 0) return nothing;
  const rows = errors.map(({ operation, code, definite, count: times, example }) => [
    operation,
    code,
    count(times),
    definite ? 'had no effect' : 'may have had an effect',
    example,
  ]);
  return section('Errors', table(['operation', 'reason', 'count', 'what it means', 'an example'], rows));
}

export function scheduleSection({ schedule, generator }: Results): Html {
  if (schedule === null || schedule === undefined) return nothing;
  const lag = generator.scheduleLagMs;
  return section(
    'Schedule',
    facts([
      ['offered', `${count(schedule.offeredPerSecond)} ops/s`],
      ['achieved', `${count(schedule.achievedPerSecond)} ops/s`],
      ['dropped or skipped', count(schedule.dropped)],
      ['still waiting at the end', count(schedule.backlog)],
      ['something due waited for a worker', share(schedule.limitedShare)],
      ...(lag === null
        ? []
        : ([
            ['schedule lag', `p50 ${formatMs(lag.p50)}, p99 ${formatMs(lag.p99)}, max ${formatMs(lag.max)}`],
          ] as const)),
    ]),
  );
}

export function thresholdsSection({ thresholds = [] }: Results): Html {
  if (thresholds.length === 0) return nothing;
  const rows = thresholds.map(({ threshold, passed, measured }) => [
    threshold,
    passed ? 'kept' : 'FAILED',
    measured,
  ]);
  return section('Thresholds', table(['threshold', 'outcome', 'measured'], rows));
}

export function faultsSection({ faults = [] }: Results): Html {
  if (faults.length === 0) return nothing;
  const seconds = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : `${value.toFixed(1)} s`;
  const rate = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : count(value);
  const rows = faults.map(({ label, target, state, message, fromSeconds, toSeconds, effect }) => [
    label,
    target.join(' '),
    message === null ? state : `${state}: ${message}`,
    seconds(fromSeconds),
    seconds(toSeconds),
    rate(effect?.beforePerSecond),
    rate(effect?.lowestPerSecond),
    rate(effect?.errors),
    seconds(effect?.firstErrorSeconds),
    effect?.worstLatencyMs == null ? '–' : formatMs(effect.worstLatencyMs),
    seconds(effect?.backSeconds),
  ]);
  const headings = [
    ...['fault', 'target', 'state', 'from', 'to', 'ops/s before', 'worst second', 'errors'],
    ...['first error after', 'longest', 'as before after'],
  ];
  return section('Faults', table(headings, rows));
}

export function verificationSection({ verification }: Results): Html {
  if (verification === undefined) return nothing;
  const { violations, staleness, audit, expected, broken } = verification;
  const rows = Object.entries(violations).map(([kind, times]) => [kind, count(times)]);
  const audited =
    audit.skipped ?? `${count(audit.keys - audit.unread)} of ${count(audit.keys)} keys read again at the end`;
  return section(
    'Verification',
    broken.length > 0 ? html`<p class="bad">Broken: ${broken.join(', ')}.</p>` : nothing,
    facts([
      ['expected', expected.length > 0 ? expected.join(', ') : 'nothing'],
      [
        'checked',
        `${count(verification.reads)} reads, ${count(verification.writes)} writes, ${count(verification.keys)} keys`,
      ],
      [
        'kept',
        verification.sampledOneIn === 1 ? 'all keys' : `one in ${count(verification.sampledOneIn)} keys`,
      ],
      ['undecided', `${count(verification.undecidedKeys)} keys`],
      ['final audit', audited],
      ['stale reads', `${count(staleness.staleReads)} (${share(staleness.share)})`],
    ]),
    table(['violation', 'count'], rows),
  );
}

export function machineSection({ machine, versions, target, generator, run }: Results): Html {
  return section(
    'Machine and generator',
    facts([
      ['measured', target.description],
      ['endpoints', target.endpoints.join(', ') || 'none'],
      ['processor', `${machine.cpu}, ${machine.cpus} of them`],
      ['memory', `${count(machine.memoryBytes / 2 ** 30)} GiB`],
      ['system', machine.os],
      ['versions', `rkv ${versions.rkv}, Node.js ${versions.node}`],
      ['started', run.startedAt],
      [
        'generator',
        `${formatNumber(generator.cpuUsPerOp)} µs CPU per operation, busiest load thread ${share(generator.loadThreadUtilization)} of the time`,
      ],
      ['generator memory', `${count(generator.rssBytesMax / 2 ** 20)} MiB at most`],
      ...(generator.eventLoopDelayMs === undefined
        ? []
        : ([
            [
              'event loop delay',
              `p99 ${formatMs(generator.eventLoopDelayMs.p99)}, max ${formatMs(generator.eventLoopDelayMs.max)}`,
            ],
          ] as const)),
    ]),
  );
}

export function configurationSection({ config }: Results): Html {
  const rows = config.operations.map(({ name, weight, operation, steps }) => [
    name,
    formatNumber(weight),
    operation ?? name,
    steps === undefined
      ? ''
      : steps.map((step) => ('waitMs' in step ? `wait ${step.waitMs} ms` : step.operation)).join(', '),
  ]);
  return section(
    'Configuration',
    facts([
      ['driver', config.driver],
      ['load', config.mode === 'rate' ? 'open loop' : 'closed loop'],
      [
        'workers',
        `${count(config.concurrentWorkers)} in ${count(config.threads)} threads, connections ${config.connections}`,
      ],
      ['keys', JSON.stringify(config.keyGenerator)],
      ['values', JSON.stringify(config.valueGenerator)],
      ['random', `${config.randomAlgorithm}, seed ${config.randomSeed.join(', ')}`],
      ['workload hash', config.workloadHash ?? 'none'],
    ]),
    table(['operation', 'weight', 'asks for', 'steps'], rows),
    html`<details><summary>all of it</summary><pre>${{ html: preformatted(config) }}</pre></details>`,
  );
}

function counts({ ok, missing, failed, opsPerSecond }: OperationStatistics): string[] {
  return [count(ok), count(missing), count(failed), count(opsPerSecond)];
}

function latencies(statistics: LatencyStatistics | null): string[] {
  return percentiles.map((name) => (statistics === null ? '–' : formatMs(statistics[name])));
}

function failedRows(named: readonly [string, OperationStatistics][]): string[][] {
  return named.flatMap(([name, { failedTimeMs = {} }]) =>
    Object.entries(failedTimeMs).flatMap(([kind, statistics]) =>
      statistics === null ? [] : [[name, kind, count(statistics.count), ...latencies(statistics)]],
    ),
  );
}

function preformatted(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
}

export function formatMs(ms: number): string {
  return formatLatency(ms * 1000);
}

function formatNumber(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function share(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}
