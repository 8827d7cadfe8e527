// The load of a plan in words, for the line with which a run begins and for `rkv bench check`.
import { isConstant, type LoadMode } from '../schedule/index.js';
import type { BenchPlan } from './bench-plan.js';
import { formatDurationMs } from './duration.js';

/** `10 workers, 1000/s, constant arrivals, 20s, put 10 / get 2`. */
export function describeLoad(plan: BenchPlan): string {
  const workers = plan.concurrentWorkers === 1 ? '1 worker' : `${plan.concurrentWorkers} workers`;
  const mix = plan.operations.map(({ name, weight }) => `${name} ${weight}`).join(' / ');
  if (plan.trace !== undefined) {
    const { entries, file, speed } = plan.trace;
    const seconds = (entries.offsetUs.at(-1)! / 1e6 / speed).toFixed(1);
    const what = `${entries.count} operations of ${file} in ${seconds} s`;
    return `${workers}, ${what}${speed === 1 ? '' : ` (speed ${speed})`}, ${mix}`;
  }
  return `${workers}, ${describeMode(plan.mode)}, ${describePhases(plan)}, ${mix}`;
}

export function describePhases({ warmUpMs, durationMs, operationsMax, coolDownMs }: BenchPlan): string {
  const phases = [
    ...(warmUpMs > 0 ? [`warm-up ${formatDurationMs(warmUpMs)}`] : []),
    formatDurationMs(durationMs),
    ...(Number.isFinite(operationsMax) ? [`at most ${operationsMax} operations`] : []),
    ...(coolDownMs > 0 ? [`cool-down ${formatDurationMs(coolDownMs)}`] : []),
  ];
  return phases.join(', ');
}

export function describeMode(mode: LoadMode): string {
  if (mode.kind === 'max')
    return mode.thinkTime === null ? 'max rate' : `think time ${mode.thinkTime.meanMs} ms`;
  const { profile, per, arrival } = mode.schedule;
  const [first] = profile.spans;
  const isOne = isConstant(profile) && first?.kind === 'hold';
  const what = isOne ? `${first.rate}/s` : 'a changing rate';
  return `${what}${per === 'worker' ? ' per worker' : ''}, ${arrival} arrivals`;
}
