// A comparison as a person reads it: a table of effects with their intervals, and for each what may be concluded.
import { formatMetric, type Metric, parseMetric } from '../metrics/index.js';
import { coloursFor } from '../run/terminal-colours.js';
import type { Comparison, Finding, MetricComparison, NoiseFloor } from './comparison.js';

const pc = coloursFor(process.stdout);

export function comparisonText(comparison: Comparison): string {
  const { baseline, sides, cautions, design, confidence } = comparison;
  const lines: string[] = [];
  for (const side of sides) {
    lines.push(
      pc.bold(`${side.label} against ${baseline.label}`) +
        ` (${runsText(side.runs)} and ${runsText(baseline.runs)}, ${designText[design]})`,
      ...table(side.metrics, baseline.label, side.label, confidence),
      '',
    );
  }
  if (design === 'single')
    lines.push(
      'One run of each tells nothing of how much runs differ, so the intervals hold within these two runs only.',
      'To conclude anything, compare folders of several runs each, or two configurations with --pairs.',
      '',
    );
  if (cautions.length > 0)
    lines.push(pc.yellow('Take care:'), ...cautions.map((caution) => `  ${caution}`), '');
  const adjusted = `Among the metrics of a side, a false alarm comes up in at most ${percent(1 - confidence)} of comparisons of identical things.`;
  if (design !== 'single') lines.push(adjusted);
  return lines.join('\n').trimEnd();
}

export function noiseText(noise: readonly NoiseFloor[], pairs: number): string {
  return [
    'Two runs of the same thing on this machine:',
    ...noise.map(
      ({ metric, typical, visible }) =>
        `  ${metric.padEnd(16)} typically ${percent(typical)} apart; with ${pairs} pairs, a difference below ${percent(visible)} will likely go unseen`,
    ),
  ].join('\n');
}

const designText = {
  pairs: 'measured in turn',
  groups: 'measured at their own times',
  single: 'within two single runs',
} as const;

function table(metrics: readonly MetricComparison[], a: string, b: string, confidence: number): string[] {
  const header = ['metric', a, b, 'effect', `${percent(confidence)} interval`, 'p', ''];
  const rows = metrics.map((one) => {
    const { statistic } = parseMetric(one.metric) as Metric;
    return [
      one.metric,
      formatMetric(one.a, statistic),
      formatMetric(one.b, statistic),
      signed(one.effect),
      Number.isFinite(one.interval.low) && Number.isFinite(one.interval.high)
        ? `${signed(one.interval.low)} to ${signed(one.interval.high)}`
        : 'unknown',
      one.pValue === null ? '-' : one.pValue.toFixed(3),
      findingText(one),
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  return [header, ...rows].map((row, index) => {
    const cells = row.map((cell, column) =>
      column === 0 || column === row.length - 1
        ? cell.padEnd(widths[column]!)
        : cell.padStart(widths[column]!),
    );
    const line = `  ${cells.join('  ')}`.trimEnd();
    return index === 0 ? pc.dim(line) : coloured(line, metrics[index - 1]!.finding);
  });
}

function findingText({ finding, bound }: MetricComparison): string {
  if (finding !== 'no difference seen') return finding;
  return bound === null ? `${finding}; too few runs to say more` : `${finding} above ${percent(bound)}`;
}

function coloured(line: string, finding: Finding): string {
  if (finding === 'better') return pc.green(line);
  return finding === 'worse' ? pc.red(line) : line;
}

function runsText(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`;
}

function signed(share: number): string {
  return `${share >= 0 ? '+' : '-'}${percent(Math.abs(share))}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
