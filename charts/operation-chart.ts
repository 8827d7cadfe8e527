// What the charts of one operation share: the size of the picture, the head, the shaded spans, and the note
// when there is nothing to draw. Pure: the same input gives the same spec.
import type { TopLevelSpec } from 'vega-lite';
import type { LatencyRow, Results } from '../results/schema.js';
import { annotationBands, annotationLabels } from './annotation-layers.js';
import { type ChartLayer, textLayer } from './chart-layer.js';
import { describeRun } from './describe-run.js';
import { printable } from './fit-text.js';
import { header } from './header.js';
import { inkColors } from './palette.js';
import { chartSize, theme } from './theme.js';
import { type TimeAxis, timeEnd } from './time-axis.js';

export interface OperationSubject {
  operation: string;
  rows: readonly LatencyRow[];
  /** Service times of an open loop, beside the response times in `rows`. */
  service?: readonly LatencyRow[];
  /** null for a run without results.json. */
  results: Results | null;
}

export interface PlotArea {
  time: TimeAxis;
  heightPx: number;
  /** Where the title of the vertical axis stands, above the plot and above the lanes of annotations. */
  axisTitleYPx: number;
}

export interface OperationPlot {
  layers: ChartLayer[];
  isEmpty: boolean;
}

/** The row of the axis title, which stands in its upper half, clear of the highest number of the axis. */
const axisTitleHeightPx = 34;

export function operationChart(
  subject: OperationSubject,
  what: string,
  plot: (area: PlotArea) => OperationPlot,
): TopLevelSpec {
  const annotations = subject.results?.annotations ?? [];
  const time: TimeAxis = {
    endSeconds: timeEnd(
      subject.rows.map((row) => row.elapsedSeconds),
      annotations,
    ),
    widthPx: chartSize.widthPx - chartSize.leftPx - chartSize.rightPx,
    hasTitle: true,
  };
  const title = `${subject.operation} ${what}`;
  const head = header(title, describeRun(subject.results), chartSize.widthPx);
  const labels = annotationLabels(annotations, time);
  const topPx = head.heightPx + axisTitleHeightPx + labels.heightPx;
  const heightPx = chartSize.heightPx - topPx - chartSize.bottomPx;
  const { layers, isEmpty } = plot({
    time,
    heightPx,
    axisTitleYPx: -labels.heightPx - axisTitleHeightPx * 0.65,
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: printable(title),
    config: theme,
    autosize: { type: 'none' },
    padding: { left: chartSize.leftPx, right: chartSize.rightPx, top: topPx, bottom: chartSize.bottomPx },
    width: time.widthPx,
    height: heightPx,
    layer: [
      ...annotationBands(annotations, time),
      ...layers,
      ...labels.layers,
      ...head.layers(-chartSize.leftPx, -topPx),
      ...(isEmpty ? [noSamples(time.widthPx, heightPx)] : []),
    ],
  };
}

export function noSamples(widthPx: number, heightPx: number): ChartLayer {
  return textLayer({
    text: 'no samples',
    xPx: widthPx / 2,
    yPx: heightPx / 2,
    sizePx: 15,
    color: inkColors.quiet,
    align: 'center',
  });
}
