// A search as a person reads it: the curve of latency over throughput, and the rate that is held.
import { formatMetric } from '../metrics/index.js';
import { coloursFor } from '../run/terminal-colours.js';
import type { SearchReport } from './run-search.js';
import type { Trial } from './trial.js';

const pc = coloursFor(process.stdout);

export function searchText(report: SearchReport): string {
  const { slo, trials, end, capacity, confidence } = report;
  const lines = [
    'offered        served         p50        p99        trials that held',
    ...curve(trials),
    '',
  ];
  const holds = end === undefined || !('holds' in end) ? undefined : end.holds;
  if (end?.kind === 'generator-bound') {
    lines.push(
      pc.yellow(`At ${end.rate} ops/s the load generator was at its own limit; the store may do more.`),
      'Use --threads, more workers or --connections per-worker, and search again.',
    );
  }
  if (holds === undefined) lines.push(`No rate was found that keeps ${slo.join(' and ')}.`);
  else if (capacity === undefined)
    lines.push(pc.bold(`${rate(holds)} keep ${slo.join(' and ')}; where that ends was not found.`));
  else {
    const { low, high } = capacity.interval;
    lines.push(
      pc.bold(`${rate(holds)} is the highest rate tried that keeps ${slo.join(' and ')}`),
      `Half of the trials pass at ${rate(capacity.rate)} (${Math.round(confidence * 100)} % interval ${rate(low)} to ${rate(high)})`,
    );
  }
  if (trials.some(({ passed, workersBusy }) => !passed && workersBusy))
    lines.push(
      pc.yellow('All workers were busy at a rate that failed: with more of them the store may do more.'),
    );
  return lines.join('\n');
}

export function trialLine(trial: Trial, number: number): string {
  const verdict = trial.passed ? pc.green('holds') : `${pc.red('fails')} (${trial.reasons.join('; ')})`;
  const p99 = trial.p99Ms === null ? '-' : formatMetric(trial.p99Ms, 'p99');
  return `${`${number}`.padStart(3)}  ${rate(trial.rate)}: p99 ${p99}  ${verdict}`;
}

/** A line for each rate, lowest first; latencies are of its trial in the middle. */
function curve(trials: readonly Trial[]): string[] {
  const rates = [...new Set(trials.map((trial) => trial.rate))].sort((a, b) => a - b);
  return rates.map((offered) => {
    const ofRate = trials.filter((trial) => trial.rate === offered);
    const middle = [...ofRate].sort((a, b) => (a.p99Ms ?? 0) - (b.p99Ms ?? 0))[
      Math.floor(ofRate.length / 2)
    ]!;
    const latency = (ms: number | null): string => (ms === null ? '-' : formatMetric(ms, 'p99')).padEnd(11);
    const passed = ofRate.filter((trial) => trial.passed).length;
    const line = `${`${offered}`.padEnd(15)}${`${Math.round(middle.achieved)}`.padEnd(15)}${latency(middle.p50Ms)}${latency(middle.p99Ms)}${passed} of ${ofRate.length}`;
    return passed * 2 > ofRate.length ? line : pc.dim(line);
  });
}

function rate(perSecond: number): string {
  return formatMetric(perSecond, 'rate');
}
