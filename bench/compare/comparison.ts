// What a comparison says, as data: `comparison.json` and the report on the terminal hold the same.
import type { Interval } from '../statistics/index.js';

/**
 * How the runs of two sides belong together.
 * - pairs: run i of one side was measured beside run i of the other, in turn, on one machine.
 * - groups: several runs of each side, at whatever times.
 * - single: one run each; how much two runs of the same thing differ is unknown, so nothing can be concluded.
 */
export type Design = 'pairs' | 'groups' | 'single';

/**
 * - better, worse: the difference is more than chance explains, at the stated confidence.
 * - no difference seen: whatever there is, is smaller than `bound`.
 * - unknown: there is one run of each side.
 */
export type Finding = 'better' | 'worse' | 'no difference seen' | 'unknown';

export interface MetricComparison {
  readonly metric: string;
  /** Geometric means over the runs of each side, in the metric's own unit. */
  readonly a: number;
  readonly b: number;
  /** (b - a) / a: 0.03 is three per cent more. */
  readonly effect: number;
  /** Of the effect, at the confidence of one metric. Within the two runs only, where the design is single. */
  readonly interval: Interval;
  /** Adjusted for the number of metrics (Holm); null for a single run each. */
  readonly pValue: number | null;
  readonly finding: Finding;
  /** What was not seen is smaller than this share of a; null where that is unknown. */
  readonly bound: number | null;
}

/** How much runs of the same thing differ, measured before the comparison. */
export interface NoiseFloor {
  readonly metric: string;
  readonly pairs: number;
  /** The typical difference of two runs of side A, as a share. */
  readonly typical: number;
  /** The least difference that the planned number of pairs will most likely show, as a share. */
  readonly visible: number;
}

export interface SideComparison {
  readonly label: string;
  readonly runs: number;
  readonly metrics: readonly MetricComparison[];
}

export interface Comparison {
  readonly design: Design;
  /** For example 0.95: the chance of no false alarm among all metrics of a side. */
  readonly confidence: number;
  readonly baseline: { readonly label: string; readonly runs: number };
  readonly sides: readonly SideComparison[];
  readonly noise: readonly NoiseFloor[];
  /** What makes the figures doubtful, in sentences. */
  readonly cautions: readonly string[];
}
