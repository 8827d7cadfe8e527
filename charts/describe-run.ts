// What a chart says about the run that it shows: one line for people, and a warning when the numbers may not
// be believed. Pure.
import type { Results } from '../results/schema.js';

export interface RunDescription {
  line: string;
  /** null when the verdict is VALID. */
  warning: { verdict: string; reasons: string } | null;
}

/** Null for runs without results.json, of which nothing is known. */
export function describeRun(results: Results | null): RunDescription | null {
  if (results === null) return null;
  const { run, config, verdict } = results;
  const isValid = verdict.kind === 'VALID';
  const parts = [
    `driver ${config.driver}`,
    config.mode === 'rate' ? 'open loop' : 'closed loop',
    `${count(config.concurrentWorkers)} ${config.concurrentWorkers === 1 ? 'worker' : 'workers'}`,
    lengthOf(run),
    `run ${run.id}`,
    ...(isValid ? ['verdict VALID'] : []),
    ...violationsOf(results),
  ];
  return {
    line: parts.join('  ·  '),
    warning: isValid ? null : { verdict: verdict.kind, reasons: verdict.reasons.join('; ') },
  };
}

/** How many violations of each kind a verified run found. */
function violationsOf({ verification }: Results): string[] {
  if (verification === undefined) return [];
  const found = Object.entries(verification.violations).filter(([, many]) => many > 0);
  if (found.length === 0) return ['verified: no violation'];
  return [`violations: ${found.map(([kind, many]) => `${count(many)} ${kind}`).join(', ')}`];
}

function lengthOf(run: Results['run']): string {
  const measured = formatDuration(run.measuredSeconds);
  if (run.end === 'completed') return measured;
  const planned = run.plannedSeconds === null ? '' : ` of ${formatDuration(run.plannedSeconds)}`;
  return `${measured}${planned}, ${run.end.replaceAll('-', ' ')}`;
}

/** `45 s`, `12 min`, `1.5 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 180) return `${count(Number(seconds.toFixed(seconds < 10 ? 1 : 0)))} s`;
  if (seconds < 3 * 3600) return `${count(Number((seconds / 60).toFixed(1)))} min`;
  return `${count(Number((seconds / 3600).toFixed(1)))} h`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
