// May this run be believed? Reasons against it, each with its figure and its bound. The bounds are chosen so that what
// they let pass changes no percentile by more than a tenth or so; README.md in bench/ has them as a table.
import type {
  LatencyStatistics,
  RunEnd,
  ScheduleOutcome,
  SteadyState,
  Trend,
  Verdict,
  Verification,
} from '../../results/schema.js';

/** A load thread that works more than this share of its time measures itself rather than the store. */
export const busyShareMax = 0.9;
/** The generator's own lag may be this share of the response time at the 99th percentile, or this long. */
export const lagShareMax = 0.1;
export const lagMsMin = 1;
/** A thread whose event loop is late by more than this, and by more than the 99th percentile, adds it to latencies. */
export const loopDelayMsMax = 10;
/** Less of the offered operations than this achieved is not the load that was asked for. */
export const achievedShareMin = 0.98;
/** For longer than this share of the time, operations that were due waited for a worker. */
export const limitedShareMax = 0.5;
/** Operations dropped or skipped, as a share of the offered ones. */
export const droppedShareMax = 0.001;

export interface VerdictInput {
  ok: number;
  failed: number;
  end: RunEnd;
  /** null when no span was planned. */
  plannedSeconds: number | null;
  measuredSeconds: number;
  /** Share of its time that the busiest load thread worked, 0 to 1. */
  busyShare: number;
  /** Servers of the bundled cluster that ended during the run. */
  serversLost: readonly string[];
  workers: number;
  responseTimeMs: LatencyStatistics | null;
  serviceTimeMs: LatencyStatistics | null;
  /** null in a closed loop. */
  scheduleLagMs: LatencyStatistics | null;
  schedule: ScheduleOutcome | null;
  /** The worst window's 99th percentile, in milliseconds. */
  loopDelayP99Ms: number;
  steadyState: SteadyState;
  /** Of a verified run. */
  verification: Verification | undefined;
}

/** All reasons that there are; the kind is that of the first. */
export function verdictOf(input: VerdictInput): Verdict {
  const invalid = [...invalidReasons(input), ...brokenReasons(input)];
  if (invalid.length > 0) return { kind: 'INVALID', reasons: invalid };
  const lost =
    input.serversLost.length === 0 ? [] : [`lost in the middle of the run: ${input.serversLost.join(', ')}`];
  const generator = [...busyReasons(input), ...limitReasons(input), ...lagReasons(input)];
  const unsteady = trendReasons(input.steadyState);
  const reasons = [...lost, ...generator, ...unsteady];
  if (reasons.length === 0) return { kind: 'VALID', reasons };
  return { kind: lost.length === 0 && generator.length > 0 ? 'GENERATOR-BOUND' : 'UNSTABLE', reasons };
}

function invalidReasons({ ok, failed, end, plannedSeconds, measuredSeconds }: VerdictInput): string[] {
  const reasons: string[] = [];
  if (ok === 0) reasons.push('no operation succeeded');
  if (end !== 'completed' && end !== 'all-workers-stopped') {
    const planned = plannedSeconds === null ? '' : ` of ${plannedSeconds.toFixed(1)} s`;
    reasons.push(`the run ended early (${end}) after ${measuredSeconds.toFixed(1)} s${planned}`);
  }
  if (failed > ok) reasons.push(`more operations failed (${failed}) than succeeded (${ok})`);
  return reasons;
}

/** What a store that does not do its work did in which time is no measurement of that work. */
function brokenReasons({ verification }: VerdictInput): string[] {
  if (verification === undefined) return [];
  const { broken, violations, reads, unseenReads, expected } = verification;
  if (broken.length > 0) {
    const counts = Object.entries(violations).filter(([, count]) => count > 0);
    const found = counts.map(([kind, count]) => `${kind} ${count}`).join(', ');
    return [`the store broke what it was expected to keep (${broken.join(', ')}): ${found}`];
  }
  const isBlind = unseenReads > reads && expected.some((one) => one !== 'nothing');
  return isBlind ? [`${unseenReads} reads were not verified: the driver does not say what it reads`] : [];
}

function busyReasons({ busyShare }: VerdictInput): string[] {
  if (busyShare <= busyShareMax) return [];
  return [
    `the busiest load thread worked ${percent(busyShare)} of the time (more than ${percent(busyShareMax)}): the store may be faster than shown; use --threads or fewer workers`,
  ];
}

function limitReasons({ schedule, workers, serviceTimeMs }: VerdictInput): string[] {
  if (schedule === null || schedule.offered === 0) return [];
  const { offered, dropped, backlog, offeredPerSecond, achievedPerSecond, limitedShare } = schedule;
  const reasons: string[] = [];
  const needed = ((serviceTimeMs?.mean ?? 0) / 1000) * offeredPerSecond;
  const hint = `all ${workers} workers were busy; ${rate(offeredPerSecond)} at a mean service time of ${(serviceTimeMs?.mean ?? 0).toFixed(2)} ms need ${Math.ceil(needed)} on average. More of them show whether the store is the limit`;
  if (dropped / offered > droppedShareMax)
    reasons.push(
      `${dropped} of ${offered} operations (${percent(dropped / offered)}) never started: ${hint}`,
    );
  else if (achievedPerSecond < achievedShareMin * offeredPerSecond) {
    const left = backlog > 0 ? `, and ${backlog} operations were still waiting at the end` : '';
    const why = limitedShare > 0 ? hint : 'the generator did not keep up with its schedule';
    reasons.push(
      `${rate(offeredPerSecond)} were offered and ${rate(achievedPerSecond)} achieved${left}: ${why}`,
    );
  } else if (limitedShare > limitedShareMax)
    reasons.push(
      `operations that were due waited for a worker ${percent(limitedShare)} of the time: ${hint}`,
    );
  return reasons;
}

function lagReasons({
  scheduleLagMs,
  responseTimeMs,
  serviceTimeMs,
  loopDelayP99Ms,
}: VerdictInput): string[] {
  const reasons: string[] = [];
  if (scheduleLagMs !== null && responseTimeMs !== null) {
    const bound = Math.max(lagMsMin, lagShareMax * responseTimeMs.p99);
    if (scheduleLagMs.p99 > bound)
      reasons.push(
        `the generator started operations up to ${scheduleLagMs.p99.toFixed(2)} ms late (99th percentile; more than ${bound.toFixed(2)} ms), which is part of their response times: use --threads, a lower rate, or a quieter machine`,
      );
  }
  const bound = Math.max(loopDelayMsMax, serviceTimeMs?.p99 ?? 0);
  if (loopDelayP99Ms > bound)
    reasons.push(
      `the event loop of a load thread was up to ${loopDelayP99Ms.toFixed(1)} ms late in one window (99th percentile; more than ${bound.toFixed(1)} ms): replies were read that late`,
    );
  return reasons;
}

function trendReasons({ test, throughput, medianResponseTime }: SteadyState): string[] {
  const reason = (what: string, trend: Trend | null): string[] => {
    if (trend?.isTrend !== true) return [];
    const { relativeChange, pValue } = trend;
    const verb = relativeChange > 0 ? 'rose' : 'fell';
    const p = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
    return [
      `no steady state: ${what} ${verb} by ${percent(Math.abs(relativeChange))} over the run (${test}, ${p}); use --warm-up or a longer run`,
    ];
  };
  return [...reason('throughput', throughput), ...reason('the median response time', medianResponseTime)];
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} %`;
}

function rate(perSecond: number): string {
  return `${perSecond < 100 ? Number(perSecond.toPrecision(3)) : Math.round(perSecond)}/s`;
}
