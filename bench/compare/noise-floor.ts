// How much two runs of one and the same thing differ on this machine, and so which differences a comparison of a
// given size can see at all. Measured before the comparison, by running side A against itself. Pure.
import type { Results } from '../../results/schema.js';
import { type Metric, metricValue } from '../metrics/index.js';
import { mean, studentQuantile } from '../statistics/index.js';
import type { NoiseFloor } from './comparison.js';

/** A difference that is there is to be seen with this probability. */
const power = 0.8;

/** `runs` in the order of measuring: 2 i and 2 i + 1 are a pair. Two pairs at least, or there is no answer. */
export function noiseFloor(
  runs: readonly Results[],
  metrics: readonly Metric[],
  planned: { pairs: number; confidence: number },
): NoiseFloor[] {
  return metrics.flatMap((metric) => {
    const differences = pairDifferences(runs, metric);
    if (differences === undefined || differences.length < 2) return [];
    // Both runs of a pair are of the same thing: their difference is zero but for noise.
    const spread = Math.sqrt(mean(differences.map((difference) => difference ** 2)));
    const degrees = Math.max(1, planned.pairs - 1);
    const reach =
      studentQuantile(1 - (1 - planned.confidence) / 2, degrees) + studentQuantile(power, degrees);
    return [
      {
        metric: metric.name,
        pairs: differences.length,
        typical: Math.expm1(mean(differences.map(Math.abs))),
        visible: Math.expm1((reach * spread) / Math.sqrt(planned.pairs)),
      },
    ];
  });
}

function pairDifferences(runs: readonly Results[], metric: Metric): number[] | undefined {
  const values = runs.map((run) => metricValue(run, metric));
  if (!values.every((value): value is number => typeof value === 'number' && value > 0)) return undefined;
  return Array.from(
    { length: Math.floor(values.length / 2) },
    (_, pair) => Math.log(values[2 * pair + 1]!) - Math.log(values[2 * pair]!),
  );
}
