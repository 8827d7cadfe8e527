/**
 * Makes a failing run small: kinds of faults left out one by one, then parts of the list of actions (delta
 * debugging, Zeller 1999), then clients and keys, as long as the same invariant breaks. The list is independent
 * of chance, so what is left out changes nothing else but what it caused.
 */
import type { Fault } from './checked-cluster.js';
import { failuresOf, type RunResult } from './run-result.js';
import type { RunSettings } from './settings.js';

export interface Candidate {
  readonly settings: RunSettings;
  readonly actions: readonly Fault[];
}

export interface ShrinkOptions {
  simulate(candidate: Candidate): RunResult;
  /** Runs that may be tried. */
  readonly triesMax: number;
}

/** The smallest run that still breaks what the given one breaks, and how it ended. */
export function shrink(failed: RunResult, options: ShrinkOptions): RunResult {
  const id = failuresOf(failed)[0]!.id;
  let best = failed;
  let tries = 0;
  const isStill = (candidate: Candidate): boolean => {
    if (tries >= options.triesMax) return false;
    tries++;
    const result = options.simulate(candidate);
    if (!failuresOf(result).some((failure) => failure.id === id)) return false;
    best = result;
    return true;
  };
  const current = (): Candidate => ({ settings: best.settings, actions: best.actions });
  for (const kind of new Set(failed.actions.map(({ fault, verb }) => fault ?? verb))) {
    const { settings, actions } = current();
    isStill({ settings, actions: actions.filter(({ fault, verb }) => (fault ?? verb) !== kind) });
  }
  withoutAmbient(current, isStill);
  fewerActions(current, isStill);
  for (const sessions of [1, 2, 3, 5])
    if (sessions < best.settings.sessions && isStill(withSettings(current(), { sessions }))) break;
  for (const keys of [1, 3, 10])
    if (keys < best.settings.traits.keys) {
      const traits = { ...best.settings.traits, keys };
      if (isStill(withSettings(current(), { traits }))) break;
    }
  fewerActions(current, isStill);
  return best;
}

function withSettings(candidate: Candidate, changed: Partial<RunSettings>): Candidate {
  return { ...candidate, settings: { ...candidate.settings, ...changed } };
}

function withoutAmbient(current: () => Candidate, isStill: (candidate: Candidate) => boolean): void {
  const network = { ...current().settings.network, tailShare: 0, splitShare: 0 };
  isStill(withSettings(current(), { network }));
}

/** Leaves out ever smaller parts, as long as any can be left out. */
function fewerActions(current: () => Candidate, isStill: (candidate: Candidate) => boolean): void {
  for (let parts = 2; ; ) {
    const { settings, actions } = current();
    if (actions.length === 0) return;
    const size = Math.ceil(actions.length / parts);
    let isSmaller = false;
    for (let at = 0; at < actions.length && !isSmaller; at += size)
      isSmaller = isStill({ settings, actions: [...actions.slice(0, at), ...actions.slice(at + size)] });
    if (isSmaller) parts = Math.max(2, parts - 1);
    else if (size === 1) return;
    else parts = Math.min(actions.length, parts * 2);
  }
}
