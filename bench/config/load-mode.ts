// From the keys that say how operations start, and how long and how many, to the plan's mode and phases.
import { type LoadMode, type ThinkTime, withLead } from '../schedule/index.js';
import type { ConfigurationProblem } from './configuration-error.js';
import type { BenchConfig } from './schema.js';

/** The tutorial's. */
const defaultDurationMs = 60_000;

export interface PlannedSpans {
  durationMs: number;
  warmUpMs: number;
  coolDownMs: number;
  operationsMax: number;
}

/** Without a duration the run lasts as long as its stages, or until its operations are done, or a minute. */
export function resolveSpans(config: Partial<BenchConfig>): PlannedSpans {
  const operationsMax = config.maxOperations ?? Number.POSITIVE_INFINITY;
  const profileMs = config.mode?.kind === 'rate' ? config.mode.profileMs : null;
  const unlimitedMs = Number.isFinite(operationsMax) ? Number.POSITIVE_INFINITY : defaultDurationMs;
  return {
    durationMs: config.duration ?? profileMs ?? unlimitedMs,
    warmUpMs: config.warmUp ?? 0,
    coolDownMs: config.coolDown ?? 0,
    operationsMax,
  };
}

/** The profile begins with the measured phase; the warm-up is at the rate that it begins with. */
export function resolveLoadMode(
  { mode, arrival, atLimit, lateAfter, thinkTime }: Partial<BenchConfig>,
  warmUpMs: number,
  problems: ConfigurationProblem[],
): LoadMode {
  if (mode === undefined || mode.kind === 'max') return { kind: 'max', thinkTime: readThinkTime(thinkTime) };
  if (thinkTime !== undefined) {
    const message = 'is for a closed loop; in an open loop the rate alone says when operations start';
    problems.push({ path: 'thinkTime', message });
  }
  return {
    kind: 'rate',
    schedule: {
      profile: withLead(mode.profile, warmUpMs / 1000),
      arrival: arrival!,
      per: mode.per,
      atLimit: atLimit!,
      lateAfterMs: lateAfter!,
    },
  };
}

function readThinkTime(given: BenchConfig['thinkTime']): ThinkTime | null {
  if (given === undefined) return null;
  if (typeof given === 'number') return { kind: 'constant', meanMs: given };
  return { kind: 'exponential', meanMs: given.exponential };
}
