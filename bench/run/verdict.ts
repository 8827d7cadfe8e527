// May this run be believed? Reasons against it, each with its figure. This slice judges what a closed loop
// shows: whether operations succeeded, whether the planned run took place, whether the generator was the limit.
import type { RunEnd, Verdict } from '../../results/schema.js';

/** A load thread that works more than this share of its time measures itself rather than the store. */
const busyShareMax = 0.9;

export interface VerdictInput {
  ok: number;
  failed: number;
  end: RunEnd;
  plannedSeconds: number;
  measuredSeconds: number;
  /** Share of its time that the busiest load thread worked, 0 to 1. */
  busyShare: number;
  /** Servers of the bundled cluster that ended during the run. */
  serversLost: readonly string[];
}

export function verdictOf(input: VerdictInput): Verdict {
  const invalid: string[] = [];
  if (input.ok === 0) invalid.push('no operation succeeded');
  if (input.end !== 'completed' && input.end !== 'all-workers-stopped') {
    const span = `${input.measuredSeconds.toFixed(1)} s of ${input.plannedSeconds.toFixed(1)} s`;
    invalid.push(`the run ended early (${input.end}) after ${span}`);
  }
  if (input.failed > input.ok)
    invalid.push(`more operations failed (${input.failed}) than succeeded (${input.ok})`);
  if (invalid.length > 0) return { kind: 'INVALID', reasons: invalid };
  if (input.serversLost.length > 0) {
    return { kind: 'UNSTABLE', reasons: [`lost in the middle of the run: ${input.serversLost.join(', ')}`] };
  }
  if (input.busyShare > busyShareMax) {
    const share = Math.round(input.busyShare * 100);
    const reason = `the busiest load thread worked ${share} % of the time (more than ${busyShareMax * 100} %): the store may be faster than shown; use --threads or fewer workers`;
    return { kind: 'GENERATOR-BOUND', reasons: [reason] };
  }
  return { kind: 'VALID', reasons: [] };
}
