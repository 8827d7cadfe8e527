// The faults of a run as results.json has them: what took place, and what it did to the load; and the spans of them that
// charts shade.
import type { Annotation, FaultReport } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { faultEffect, nodeText } from '../faults/index.js';
import { isConstant } from '../schedule/index.js';
import { faultOutputFile } from './fault-command.js';
import type { FaultOutcome } from './fault-runner.js';
import type { RunCollector } from './run-collector.js';

export function faultReports(
  outcomes: readonly FaultOutcome[],
  { timeline, endMs }: RunCollector,
  { mode, warmUpMs }: BenchPlan,
): FaultReport[] {
  const load = {
    isOpen: mode.kind === 'rate',
    isConstant: mode.kind === 'max' || isConstant(mode.schedule.profile),
  };
  let comparableFromMs = warmUpMs;
  return outcomes.map(({ fault, state, message, fromMs, toMs }, index) => {
    const nextMs = outcomes[index + 1]?.fromMs ?? endMs;
    const span = { fromMs, toMs, comparableFromMs, limitMs: Math.min(nextMs, endMs) };
    const isFelt = state !== 'not-begun';
    const effect = isFelt ? faultEffect(timeline, span, load) : null;
    if (isFelt) {
      const backMs = effect?.backSeconds == null ? 0 : fromMs + effect.backSeconds * 1000;
      comparableFromMs = Math.max(comparableFromMs, toMs ?? fromMs, backMs);
    }
    return {
      label: fault.label,
      kind: fault.kind,
      target: fault.nodes.map(nodeText),
      fromSeconds: fromMs / 1000,
      toSeconds: toMs === null ? null : toMs / 1000,
      state,
      message,
      output: fault.kind === 'command' && isFelt ? faultOutputFile(index + 1) : null,
      effect,
    };
  });
}

/** Of each fault its own span, and behind it, lighter, the one until all was as before. */
export function faultAnnotations(faults: readonly FaultReport[], endSeconds: number): Annotation[] {
  return faults.flatMap(({ label, state, fromSeconds, toSeconds, effect }): Annotation[] => {
    if (state === 'not-begun' || fromSeconds > endSeconds) return [];
    const failed = state === 'failed' ? ' (failed)' : '';
    const until = Math.min(toSeconds ?? fromSeconds, endSeconds);
    const fault: Annotation = { kind: 'fault', label: `${label}${failed}`, fromSeconds, toSeconds: until };
    const back = effect?.backSeconds ?? null;
    const backAt = back === null ? null : Math.min(fromSeconds + back, endSeconds);
    if (backAt === null || backAt <= until) return [fault];
    const text = `back after ${back!.toFixed(1)} s`;
    return [fault, { kind: 'recovery', label: text, fromSeconds: until, toSeconds: backAt }];
  });
}
