// Which rate to try next, from the trials so far and nothing else: so a search that was interrupted goes on from its
// list of trials. First a rate that holds and one that does not are found by doubling or halving; then the space
// between them is halved, on a logarithmic scale, until it is narrow enough. A rate holds when most of its trials
// pass, since a single bad second of the machine must not decide. Pure.
import type { Trial } from './trial.js';

export interface SearchSettings {
  /** The first rate that is tried, in operations per second. */
  readonly from: number;
  /** No higher rate is tried. */
  readonly to: number;
  /** Trials of a rate, an odd number; fewer are made when most are of one mind already. */
  readonly repeats: number;
  /** The search ends when the lowest rate that fails is above the highest that holds by this share at most. */
  readonly precision: number;
}

export type Step =
  | { readonly kind: 'try'; readonly rate: number }
  /** `holds` is undefined when not even one operation per second does; `fails` when `to` holds. */
  | { readonly kind: 'done'; readonly holds: number | undefined; readonly fails: number | undefined }
  /** The generator was at its limit before the store was. */
  | { readonly kind: 'generator-bound'; readonly rate: number; readonly holds: number | undefined };

export function nextStep(trials: readonly Trial[], settings: SearchSettings): Step {
  const bound = trials.find((trial) => trial.generatorBound && !trial.passed);
  const rates = [...new Set(trials.map(({ rate }) => rate))].sort((a, b) => a - b);
  const undecided = rates.find((rate) => decisionOn(trials, rate, settings.repeats) === undefined);
  if (undecided !== undefined && bound === undefined) return { kind: 'try', rate: undecided };
  const holds = rates.filter((rate) => decisionOn(trials, rate, settings.repeats) === true).at(-1);
  if (bound !== undefined) return { kind: 'generator-bound', rate: bound.rate, holds };
  // A rate that fails below one that holds was bad luck: what counts is the first failure above.
  const fails = rates.find(
    (rate) => rate > (holds ?? 0) && decisionOn(trials, rate, settings.repeats) === false,
  );
  if (rates.length === 0) return { kind: 'try', rate: rounded(Math.min(settings.from, settings.to)) };
  if (fails === undefined) {
    if (holds === undefined || holds >= settings.to) return { kind: 'done', holds, fails };
    return { kind: 'try', rate: Math.min(rounded(holds * 2), settings.to) };
  }
  if (holds === undefined) {
    if (fails <= 1) return { kind: 'done', holds, fails };
    return { kind: 'try', rate: Math.max(1, rounded(fails / 2)) };
  }
  const middle = rounded(Math.sqrt(holds * fails));
  if (fails / holds <= 1 + settings.precision || middle <= holds || middle >= fails)
    return { kind: 'done', holds, fails };
  return { kind: 'try', rate: middle };
}

/** Whether a rate holds; undefined while its trials do not tell. */
function decisionOn(trials: readonly Trial[], rate: number, repeats: number): boolean | undefined {
  const ofRate = trials.filter((trial) => trial.rate === rate);
  const passed = ofRate.filter((trial) => trial.passed).length;
  const most = Math.floor(repeats / 2) + 1;
  if (passed >= most) return true;
  return ofRate.length - passed >= most ? false : undefined;
}

/** To three digits, so that people can read the rates and tell them apart. */
function rounded(rate: number): number {
  return rate < 100 ? Math.max(1, Math.round(rate)) : Number(rate.toPrecision(3));
}
