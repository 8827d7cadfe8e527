// The panels of the summary: throughput of the whole run, and latencies with one column per operation. Pure.
import type { OperationTable, RunTables } from '../results/read-run.js';
import type { Annotation, LatencyRow } from '../results/schema.js';
import type { ViolationRow } from '../results/violation-row.js';
import { annotationBands } from './annotation-layers.js';
import {
  axisTicks,
  type ChartLayer,
  type ChartPanel,
  type PositionEncoding,
  textLayer,
} from './chart-layer.js';
import { type CountAxis, countAxis } from './count-axis.js';
import { endLabelLayers } from './end-labels.js';
import { fitText } from './fit-text.js';
import { textWidth } from './font.js';
import { noSamples } from './framed-chart.js';
import { offeredRate } from './offered-rate.js';
import { inkColors, type LatencyField, type LatencySeries, offeredColor, outcomeColors } from './palette.js';
import { type SummaryLayout, summarySize } from './summary-layout.js';
import { perSecond } from './throughput-chart.js';
import { type TimeAxis, timeEncoding } from './time-axis.js';
import { type Sample, tracePoints } from './trace.js';
import { traceLayers } from './trace-layers.js';
import { violationRules } from './violation-layers.js';

/** A line to draw: its name and colour, and its samples over the run. */
interface Line {
  name: string;
  color: string;
  samples: Sample[];
}

export interface PanelSurroundings {
  layout: SummaryLayout;
  endSeconds: number;
  annotations: readonly Annotation[];
  violations: readonly ViolationRow[];
}

export interface LatencyPanel {
  title: string;
  series: readonly LatencySeries[];
  /** The lowest panel, which names the time axis. */
  isLast: boolean;
}

const titleSizePx = 14;
const unitSizePx = 12;
const ticksPerPanel = 4;

/** The greatest of one operation may be so many times that of another before a shared axis hides the lesser. */
const sharedAxisMax = 4;

/** `before` is drawn under everything, `after` over everything. */
export function throughputPanel(
  run: RunTables,
  { layout, endSeconds, annotations, violations }: PanelSurroundings,
  surround: { titleYPx: number; before: ChartLayer[]; after: ChartLayer[] },
): ChartPanel {
  const time: TimeAxis = { endSeconds, widthPx: layout.plotWidthPx, hasTitle: false };
  const offered: Line[] =
    run.schedule === undefined
      ? []
      : [{ name: 'offered', color: offeredColor, samples: offeredRate(run.schedule) }];
  const achieved: Line[] = [
    { name: 'ok', color: outcomeColors.ok, of: 'successful' as const },
    { name: 'error', color: outcomeColors.error, of: 'failed' as const },
  ].map(({ name, color, of }) => ({
    name,
    color,
    samples: run.summary.map((row) => ({
      elapsedSeconds: row.elapsedSeconds,
      value: perSecond(row[of], row.windowSeconds),
    })),
  }));
  const lines = [...offered, ...achieved];
  const axis = countAxis(greatest(lines), ticksPerPanel);
  return {
    width: time.widthPx,
    height: summarySize.panelHeightPx,
    layer: [
      ...surround.before,
      ...annotationBands(annotations, time),
      ...violationRules(violations, time),
      ...plotLayers(lines, time, valueEncoding(axis)),
      ...namesOf(lines, axis, time.widthPx),
      ...panelTitle('Throughput', 'operations per second', surround.titleYPx),
      ...surround.after,
    ],
  };
}

/**
 * One column per operation. They share a vertical axis while that shows all of them; where a slow operation would
 * press the others flat, each has its own, and the title says so.
 */
export function latencyPanel(
  operations: readonly OperationTable[],
  panel: LatencyPanel,
  { layout, endSeconds, annotations, violations }: PanelSurroundings,
): ChartPanel {
  const time: TimeAxis = { endSeconds, widthPx: layout.columnWidthPx, hasTitle: panel.isLast };
  const columns = operations.map(({ name, rows }) => ({ name, lines: linesOf(rows, panel.series) }));
  // A run without a single operation still has its five panels.
  if (columns.length === 0) columns.push({ name: '', lines: linesOf([], panel.series) });
  const tops = columns.map(({ lines }) => greatest(lines));
  const isShared = Math.max(...tops) <= sharedAxisMax * Math.min(...tops.filter((top) => top > 0));
  const axes = tops.map((top) => countAxis(isShared ? Math.max(...tops) : top, ticksPerPanel));
  const unit = isShared ? 'ms' : 'ms, each operation on an axis of its own';
  return {
    spacing: summarySize.columnGapPx,
    bounds: 'flush',
    resolve: { scale: { color: 'independent' } },
    hconcat: columns.map(({ name, lines }, i) => ({
      width: time.widthPx,
      height: summarySize.panelHeightPx,
      layer: [
        ...annotationBands(annotations, time),
        ...violationRules(violations, time),
        ...plotLayers(lines, time, valueEncoding(axes[i]!)),
        ...columnTitle(name, time.widthPx),
        ...(i === 0 ? panelTitle(panel.title, unit, summarySize.panelTitleYPx) : []),
        ...(i === columns.length - 1 ? namesOf(lines, axes[i]!, time.widthPx) : []),
      ],
    })),
  };
}

function linesOf(rows: readonly LatencyRow[], series: readonly LatencySeries[]): Line[] {
  return series.map(({ name, color, field }) => ({
    name,
    color,
    samples: rows.map((row) => ({ elapsedSeconds: row.elapsedSeconds, value: latencyMs(row, field) })),
  }));
}

/** Null for a window without samples. */
function latencyMs(row: LatencyRow, field: LatencyField): number | null {
  return row.n > 0 ? row[field] / 1_000 : null;
}

function greatest(lines: readonly Line[]): number {
  let top = 0;
  for (const { samples } of lines) for (const { value } of samples) top = Math.max(top, value ?? 0);
  return top;
}

function plotLayers(lines: readonly Line[], time: TimeAxis, y: PositionEncoding): ChartLayer[] {
  const points = lines.flatMap(({ name, samples }) => tracePoints(name, samples, time.widthPx));
  const color = { domain: lines.map((line) => line.name), range: lines.map((line) => line.color) };
  const layers = traceLayers(points, { x: timeEncoding(time), y, color });
  const isEmpty = points.every(({ value }) => value === null);
  return isEmpty ? [...layers, noSamples(time.widthPx, summarySize.panelHeightPx)] : layers;
}

/**
 * Beside the last column. Where that column has nothing to end at, the names stand in order from the top, for
 * the colours hold for the other columns too.
 */
function namesOf(lines: readonly Line[], axis: CountAxis, widthPx: number): ChartLayer[] {
  const heightPx = summarySize.panelHeightPx;
  const labels = lines.map(({ name, color, samples }) => {
    const last = samples.findLast(({ value }) => value !== null)?.value ?? null;
    return { name, color, yPx: last === null ? null : heightPx * (1 - last / axis.domain[1]) };
  });
  return endLabelLayers(labels, widthPx, heightPx);
}

function valueEncoding(axis: CountAxis): PositionEncoding {
  return {
    field: 'value',
    type: 'quantitative',
    scale: { domain: axis.domain, nice: false },
    axis: { ...axisTicks(axis.ticks), title: null },
  };
}

function panelTitle(text: string, unit: string, yPx: number): ChartLayer[] {
  const xPx = 18 - summarySize.leftPx;
  const unitXPx = xPx + textWidth(text, titleSizePx, 'bold') + 10;
  return [
    textLayer({ text, xPx, yPx, sizePx: titleSizePx, color: inkColors.text, bold: true }),
    textLayer({ text: unit, xPx: unitXPx, yPx, sizePx: unitSizePx, color: inkColors.quiet }),
  ];
}

function columnTitle(name: string, widthPx: number): ChartLayer[] {
  const style = { sizePx: 12, face: 'bold' } as const;
  const text = fitText(name, widthPx, style);
  if (text === '') return [];
  const yPx = summarySize.columnTitleYPx;
  return [textLayer({ text, xPx: 0, yPx, sizePx: style.sizePx, color: inkColors.text, bold: true })];
}
