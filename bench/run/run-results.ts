// results.json put together from what a run has counted. Nothing is measured here.
import type { Annotation, Results, RunEnd, ScheduleOutcome } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import type { PlannedTrace } from '../config/planned-trace.js';
import { isConstant } from '../schedule/index.js';
import { latencyStatistics, steadyStateOf } from '../statistics/index.js';
import { faultAnnotations, faultReports } from './fault-reports.js';
import type { FaultOutcome } from './fault-runner.js';
import type { ThreadEnd } from './load-threads.js';
import { machineFacts, versionFacts } from './machine-facts.js';
import type { ResourceTotals } from './resource-probe.js';
import type { RunCollector } from './run-collector.js';
import { verdictOf } from './verdict.js';

export interface ResultsInput {
  id: string;
  plan: BenchPlan;
  /** Of the workload. */
  hash: string;
  isInterrupted: boolean;
  /** What was measured, for people. */
  description: string;
  serversLost: readonly string[];
  faultOutcomes: readonly FaultOutcome[];
  collector: RunCollector;
  ends: readonly ThreadEnd[];
  resources: ResourceTotals;
  startedAtMs: number;
  verification: Results['verification'];
}

export function resultsOf(input: ResultsInput): Results {
  const { id, plan, description, collector, ends, resources, startedAtMs } = input;
  const { totals, health } = collector;
  const measuredSeconds = collector.measuredMs / 1000;
  const end = runEnd(ends, input.isInterrupted);
  const plannedSeconds = Number.isFinite(plan.durationMs) ? plan.durationMs / 1000 : null;
  const statistics = totals.statistics(measuredSeconds);
  const done = totals.ok + totals.failed;
  const hasSides = plan.warmUpMs > 0 || plan.coolDownMs > 0;
  const busyShare = Math.max(...ends.map((one) => one.busyShare));
  const schedule = scheduleOutcome(input);
  const scheduleLagMs = plan.mode.kind === 'rate' ? latencyStatistics(totals.lags) : null;
  const steadyState = steadyStateOf({
    windows: collector.series.kept,
    isConstant:
      plan.trace === undefined && (plan.mode.kind === 'max' || isConstant(plan.mode.schedule.profile)),
  });
  const endSeconds = collector.endMs / 1000;
  const faults = faultReports(input.faultOutcomes, collector, plan);
  const verdict = verdictOf({
    ok: totals.ok,
    failed: totals.failed,
    end,
    plannedSeconds,
    measuredSeconds,
    busyShare,
    serversLost: input.serversLost,
    workers: plan.concurrentWorkers,
    responseTimeMs: statistics.total.responseTimeMs,
    serviceTimeMs: statistics.total.serviceTimeMs,
    scheduleLagMs,
    schedule,
    loopDelayP99Ms: health.loopDelayP99Ms,
    steadyState,
    verification: input.verification,
  });
  return {
    schemaVersion: 1,
    run: {
      id,
      startedAt: new Date(startedAtMs).toISOString(),
      plannedSeconds,
      measuredSeconds,
      end,
      ...(hasSides ? { outside: totals.outside } : {}),
    },
    config: { ...configOf(plan), workloadHash: input.hash },
    target: { description, endpoints: plan.endpoints.map(({ host, port }) => `${host}:${port}`) },
    versions: versionFacts(),
    machine: machineFacts(),
    verdict,
    ...statistics,
    schedule,
    steadyState,
    errors: totals.errors,
    generator: {
      cpuUsPerOp: done > 0 ? resources.cpuUs / done : 0,
      cpuCores: resources.cpuCores,
      machineCpuShare: resources.machineCpuShare,
      loadThreadUtilization: busyShare,
      scheduleLagMs,
      eventLoopDelayMs: { p99: health.loopDelayP99Ms, max: health.loopDelayMaxMs },
      gcPauses: { count: health.gcPauses, totalMs: health.gcMs, maxMs: health.gcMaxMs },
      rssBytesMax: resources.rssBytesMax,
      rssBytesEarly: resources.rssBytesEarly,
      rssBytesEnd: resources.rssBytesEnd,
    },
    ...(input.verification === undefined ? {} : { verification: input.verification }),
    ...(faults.length > 0 ? { faults } : {}),
    annotations: [...phaseAnnotations(plan, endSeconds), ...faultAnnotations(faults, endSeconds)],
  };
}

function traceFacts({ file, sha256, speed, entries }: PlannedTrace): NonNullable<Results['config']['trace']> {
  return { file, sha256, speed, operations: entries.count, spanSeconds: entries.offsetUs.at(-1)! / 1e6 };
}

function scheduleOutcome({ plan, collector }: ResultsInput): ScheduleOutcome | null {
  if (plan.mode.kind !== 'rate') return null;
  const { totals, health, measuredMs } = collector;
  // What was offered was offered until the phase ended, not until its last operation had come back.
  const offeredMs = Math.min(measuredMs, plan.durationMs);
  const perSecond = (count: number, ms: number): number => (ms > 0 ? (count * 1000) / ms : 0);
  return {
    offered: totals.offered,
    dropped: totals.dropped,
    backlog: health.backlog,
    offeredPerSecond: perSecond(totals.offered, offeredMs),
    achievedPerSecond: perSecond(totals.ok + totals.failed, measuredMs),
    limitedShare: measuredMs > 0 ? Math.min(1, health.limitedMs / measuredMs) : 0,
  };
}

/** Warm-up and cool-down, as far as the run came. */
function phaseAnnotations(plan: BenchPlan, endSeconds: number): Annotation[] {
  const warmUpSeconds = plan.warmUpMs / 1000;
  const coolDownFrom = warmUpSeconds + plan.durationMs / 1000;
  const annotations: Annotation[] = [];
  if (warmUpSeconds > 0) {
    const toSeconds = Math.min(warmUpSeconds, endSeconds);
    annotations.push({ kind: 'warm-up', label: 'warm-up', fromSeconds: 0, toSeconds });
  }
  if (plan.coolDownMs > 0 && coolDownFrom < endSeconds)
    annotations.push({
      kind: 'cool-down',
      label: 'cool-down',
      fromSeconds: coolDownFrom,
      toSeconds: endSeconds,
    });
  return annotations;
}

function runEnd(ends: readonly ThreadEnd[], isInterrupted: boolean): RunEnd {
  if (isInterrupted) return 'interrupted';
  for (const end of ['crashed', 'shutdown-on-error'] as const) {
    if (ends.some((one) => one.end === end)) return end;
  }
  return ends.every((one) => one.end === 'all-workers-stopped') ? 'all-workers-stopped' : 'completed';
}

function configOf(plan: BenchPlan): Results['config'] {
  const { mode, operationsMax } = plan;
  return {
    driver: plan.driver,
    mode: mode.kind,
    schedule: mode.kind === 'rate' ? mode.schedule : null,
    thinkTime: mode.kind === 'max' ? mode.thinkTime : null,
    warmUpSeconds: plan.warmUpMs / 1000,
    coolDownSeconds: plan.coolDownMs / 1000,
    operationsMax: Number.isFinite(operationsMax) ? operationsMax : null,
    timeoutMs: plan.timeoutMs,
    retries: plan.retries,
    concurrentWorkers: plan.concurrentWorkers,
    threads: plan.threads,
    connections: plan.connections,
    busyPoll: plan.busyPoll,
    operations: plan.operations,
    ...(plan.trace === undefined ? {} : { trace: traceFacts(plan.trace) }),
    ...(plan.workload === undefined ? {} : { workload: plan.workload }),
    ...(plan.preload === undefined ? {} : { preload: plan.preload }),
    keyGenerator: plan.keyGenerator,
    valueGenerator: plan.valueGenerator,
    randomAlgorithm: plan.randomAlgorithm,
    randomSeed: plan.randomSeed,
    reportIntervalSeconds: plan.reportIntervalMs / 1000,
    ...(plan.cluster === undefined ? {} : { cluster: { ...plan.cluster } }),
    ...(plan.faults.length === 0 ? {} : { faults: plan.faults.map((fault) => ({ ...fault })) }),
    ...(plan.verify === undefined ? {} : { verify: { ...plan.verify, expect: [...plan.verify.expect] } }),
    driverOptions: plan.driverOptions,
  };
}
