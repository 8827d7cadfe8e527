// What the console says of the faults of a run: what took place, and what it did to the load.
import type { FaultReport } from '../../results/schema.js';
import { backRule } from '../faults/index.js';
import { formatCount, formatLatencyMs } from './number-format.js';

export function faultLines(faults: readonly FaultReport[] = []): string[] {
  if (faults.length === 0) return [];
  return [`Faults (back: ${backRule}):`, ...faults.map(lineOf)];
}

function lineOf(fault: FaultReport): string {
  const { label, state, message, fromSeconds, effect } = fault;
  const what = `  ${fromSeconds.toFixed(1)} s  ${label}`;
  if (state === 'not-begun') return `${what}: not begun, the run ended before`;
  const failed = state === 'failed' ? `FAILED: ${message}; ` : state === 'cut-short' ? 'cut short; ' : '';
  return effect === null ? `${what}: ${failed}` : `${what}: ${failed}${effectText(effect)}`;
}

function effectText(effect: NonNullable<FaultReport['effect']>): string {
  const { beforePerSecond, depth, errors, firstErrorSeconds, worstLatencyMs, backSeconds } = effect;
  const parts = [
    errors === 0 || firstErrorSeconds === null
      ? 'no error'
      : `first error after ${firstErrorSeconds.toFixed(2)} s, ${formatCount(errors)} in all`,
    ...(beforePerSecond === null || depth === null
      ? ['nothing before to compare with']
      : [`down to ${Math.round(depth * 100)} % of ${formatCount(beforePerSecond)} ops/s`]),
    ...(worstLatencyMs === null ? [] : [`worst ${formatLatencyMs(worstLatencyMs)}`]),
    ...(beforePerSecond === null
      ? []
      : [backSeconds === null ? 'not back' : `back after ${backSeconds.toFixed(1)} s`]),
  ];
  return parts.join(', ');
}
