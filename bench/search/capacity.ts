// From the trials of a search to the rate that is held, with an interval. The chance that a trial passes is taken to
// fall with the logarithm of the rate along a logistic curve, of unknown place and width, as in the measuring of
// thresholds of perception (Kontsevich and Tyler, Bayesian adaptive estimation of psychometric slope and threshold,
// 1999). All places and widths on a grid are weighed by how well they explain the trials; where the search looked
// because of earlier trials does not bias that. Pure.
import type { Interval } from '../statistics/index.js';
import type { Trial } from './trial.js';

const places = 400;
const widths = 24;
/**
 * Of the curve, in units of the logarithm: from a store that is sure of itself to one whose trials go from nearly
 * all to nearly none over a factor of four. For one that wavers more the interval is too narrow.
 */
const widthFirst = 0.005;
const widthLast = 0.3;
/** A trial goes against the curve with this probability: a bad moment of the machine, or a lucky one. */
const lapse = 0.02;

export interface Capacity {
  /** Operations per second at which half of the trials pass. */
  readonly rate: number;
  readonly interval: Interval;
}

/** Undefined when no trial passed or none failed: the capacity then lies outside of what was tried. */
export function capacityOf(trials: readonly Trial[], confidence: number): Capacity | undefined {
  const told = trials.filter(({ generatorBound, passed }) => passed || !generatorBound);
  const logs = told.map(({ rate }) => Math.log(rate));
  if (told.every(({ passed }) => passed) || !told.some(({ passed }) => passed)) return undefined;
  const margin = 1;
  const from = Math.min(...logs) - margin;
  const step = (Math.max(...logs) + margin - from) / (places - 1);
  const scores = Array.from({ length: places }, (_, place) => scoreOf(from + place * step, told, logs));
  const sum = scores.reduce((total, score) => total + score, 0);
  const quantile = (share: number): number => {
    let seen = 0;
    for (let place = 0; place < places; place++) {
      const next = seen + scores[place]! / sum;
      if (next >= share) return Math.exp(from + (place - 0.5 + (share - seen) / (next - seen)) * step);
      seen = next;
    }
    return Math.exp(from + (places - 1) * step);
  };
  const tail = (1 - confidence) / 2;
  return { rate: quantile(0.5), interval: { low: quantile(tail), high: quantile(1 - tail) } };
}

/** How well a curve that crosses one half at `log` explains the trials, over all widths; likelier is more. */
function scoreOf(log: number, trials: readonly Trial[], logs: readonly number[]): number {
  let score = 0;
  for (let i = 0; i < widths; i++) {
    const width = widthFirst * (widthLast / widthFirst) ** (i / (widths - 1));
    let likelihood = 1;
    trials.forEach(({ passed }, index) => {
      const pass = lapse + (1 - 2 * lapse) / (1 + Math.exp((logs[index]! - log) / width));
      likelihood *= passed ? pass : 1 - pass;
    });
    // Each width is as likely as any other beforehand: on the grid of ratios, the wide ones stand for more of them.
    score += likelihood * width;
  }
  return score;
}
