// Several runs over each other, aligned at their starts, in one picture: throughput of all operations, then for each
// operation the 99th percentile over time and all percentiles of the whole run. A run has one colour everywhere.
// What basho_bench's compare.r drew of two runs, for any number, and without dividing rows that do not belong together;
// whether a difference is more than chance is for `rkv bench compare`. Pure.
import type { TopLevelSpec } from 'vega-lite';
import type { RunTables } from '../results/read-run.js';
import { ChartError } from './chart-error.js';
import { boxLayer, type ChartPanel, textLayer } from './chart-layer.js';
import { countAxis } from './count-axis.js';
import { countEncoding } from './count-encoding.js';
import { endLabelLayers } from './end-labels.js';
import { fitText } from './fit-text.js';
import { noSamples } from './framed-chart.js';
import { header } from './header.js';
import { latencyAxis } from './latency-axis.js';
import { latencyUs } from './latency-chart.js';
import { latencyEncoding, latencyPlacePx } from './latency-encoding.js';
import { inkColors, runColors } from './palette.js';
import { spectrumPlot, spectrumPoints } from './spectrum-chart.js';
import { theme } from './theme.js';
import { perSecond } from './throughput-chart.js';
import { type TimeAxis, timeEncoding, timeEnd } from './time-axis.js';
import { type Sample, tracePoints } from './trace.js';
import { traceLayers } from './trace-layers.js';

export interface LabelledRun {
  label: string;
  run: RunTables;
}

interface Line {
  name: string;
  color: string;
  samples: Sample[];
}

const size = {
  ...{ leftPx: 74, rightPx: 150, bottomPx: 18, panelHeightPx: 210 },
  ...{ timeWidthPx: 560, gapPx: 84, spectrumWidthPx: 440, panelGapPx: 34 },
} as const;
const plotWidthPx = size.timeWidthPx + size.gapPx + size.spectrumWidthPx;
const widthPx = size.leftPx + plotWidthPx + size.rightPx;
const labelWidthPx = 112;

/** Throws ChartError for more runs than there are colours that can be told apart. */
export function runsChart(runs: readonly LabelledRun[]): TopLevelSpec {
  if (runs.length > runColors.length)
    throw new ChartError(
      `${runs.length} runs cannot be told apart in one picture; name ${runColors.length} at most`,
    );
  const coloured = runs.map(({ label, run }, i) => ({
    name: fitText(label, labelWidthPx, { sizePx: 12 }),
    color: runColors[i]!,
    run,
  }));
  const endSeconds = timeEnd(elapsedOf(runs), []);
  const head = header(`${runs.length} runs compared`, { line: describe(runs), warning: null }, widthPx);
  const topPx = head.heightPx + 40;
  const throughput = coloured.map(({ name, color, run }) => ({
    name,
    color,
    samples: run.summary.map(({ elapsedSeconds, successful, windowSeconds }) => ({
      elapsedSeconds,
      value: perSecond(successful, windowSeconds),
    })),
  }));
  const names = [...new Set(runs.flatMap(({ run }) => run.operations.map(({ name }) => name)))];
  const paper = boxLayer({
    ...{ xPx: -size.leftPx, yPx: -topPx, widthPx, color: 'transparent' },
    heightPx: topPx + size.panelHeightPx,
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: 'Throughput and latencies of several runs over each other',
    config: theme,
    padding: { left: 0, right: 0, top: 0, bottom: size.bottomPx },
    spacing: size.panelGapPx,
    resolve: { scale: { color: 'independent' } },
    vconcat: [
      throughputPanel(throughput, endSeconds, [paper, ...head.layers(-size.leftPx, -topPx)]),
      ...names.map((name) => operationPanel(name, coloured, endSeconds)),
    ],
  };
}

function describe(runs: readonly LabelledRun[]): string {
  return runs
    .map(({ label, run: { results } }) =>
      results === null ? label : `${label}: driver ${results.config.driver}, verdict ${results.verdict.kind}`,
    )
    .join('  ·  ');
}

function throughputPanel(lines: readonly Line[], endSeconds: number, before: ChartPanelLayers): ChartPanel {
  const time: TimeAxis = { endSeconds, widthPx: plotWidthPx, hasTitle: true };
  const top = lines.reduce((most, line) => Math.max(most, ...line.samples.map(({ value }) => value ?? 0)), 0);
  const axis = countAxis(top, 4);
  const title = 'Operations per second that succeeded, all together';
  const y = countEncoding(axis, title, { axisTitleXPx: 18 - size.leftPx, axisTitleYPx: -20 });
  const place = (value: number): number => size.panelHeightPx * (1 - value / axis.domain[1]);
  return {
    width: time.widthPx,
    height: size.panelHeightPx,
    layer: [
      ...before,
      ...traceLayers(pointsOf(lines, time), { x: timeEncoding(time), y, color: colorsOf(lines) }),
      ...endLabelLayers(endsOf(lines, place), time.widthPx, size.panelHeightPx),
    ],
  };
}

type ChartPanelLayers = Extract<ChartPanel, { layer: unknown }>['layer'];

function operationPanel(
  operation: string,
  runs: readonly { name: string; color: string; run: RunTables }[],
  endSeconds: number,
): ChartPanel {
  const time: TimeAxis = { endSeconds, widthPx: size.timeWidthPx, hasTitle: true };
  const lines = runs.flatMap(({ name, color, run }): Line[] => {
    const rows = run.operations.find((one) => one.name === operation)?.rows;
    if (rows === undefined) return [];
    const samples = rows.map((row) => ({
      elapsedSeconds: row.elapsedSeconds,
      value: latencyUs(row, 'p99Us'),
    }));
    return [{ name, color, samples }];
  });
  const points = pointsOf(lines, time);
  const axis = latencyAxis(points.flatMap(({ value }) => (value === null ? [] : [value])));
  const titles = { axisTitleXPx: 18 - size.leftPx, axisTitleYPx: -14 };
  const y = latencyEncoding(axis, '99th percentile of each window (logarithmic axis)', titles);
  const place = (us: number): number => latencyPlacePx(us, axis, size.panelHeightPx);
  const spectrum = spectrumPlot(
    runs.map(({ name, color, run }) => ({
      name,
      color,
      points: spectrumPoints(
        (run.percentiles ?? []).filter((row) => row.operation === operation && row.time === 'response'),
      ),
    })),
    { widthPx: size.spectrumWidthPx, heightPx: size.panelHeightPx, axisTitleXPx: 0, axisTitleYPx: -14 },
  );
  const isEmpty = points.every(({ value }) => value === null);
  return {
    spacing: size.gapPx,
    bounds: 'flush',
    resolve: { scale: { color: 'independent' } },
    hconcat: [
      {
        width: time.widthPx,
        height: size.panelHeightPx,
        layer: [
          ...traceLayers(points, { x: timeEncoding(time), y, color: colorsOf(lines) }),
          // Where the percentiles are not known, the names stand here.
          ...(spectrum.isEmpty ? endLabelLayers(endsOf(lines, place), time.widthPx, size.panelHeightPx) : []),
          textLayer({
            text: fitText(operation, plotWidthPx, { sizePx: 14, face: 'bold' }),
            ...{ xPx: 18 - size.leftPx, yPx: -34, sizePx: 14, color: inkColors.text, bold: true },
          }),
          ...(isEmpty ? [noSamples(time.widthPx, size.panelHeightPx)] : []),
        ],
      },
      ...(spectrum.isEmpty
        ? []
        : [{ width: size.spectrumWidthPx, height: size.panelHeightPx, layer: spectrum.layers }]),
    ],
  };
}

function pointsOf(lines: readonly Line[], { widthPx }: TimeAxis) {
  return lines.flatMap(({ name, samples }) => tracePoints(name, samples, widthPx));
}

function colorsOf(lines: readonly Line[]) {
  return { domain: lines.map(({ name }) => name), range: lines.map(({ color }) => color) };
}

function endsOf(lines: readonly Line[], place: (value: number) => number) {
  return lines.map(({ name, color, samples }) => {
    const last = samples.findLast(({ value }) => value !== null)?.value ?? null;
    return { name, color, yPx: last === null ? null : place(last) };
  });
}

function* elapsedOf(runs: readonly LabelledRun[]): Generator<number> {
  for (const { run } of runs) {
    for (const { elapsedSeconds } of run.summary) yield elapsedSeconds;
    for (const { rows } of run.operations) for (const { elapsedSeconds } of rows) yield elapsedSeconds;
  }
}
