// A single plot in the frame that all charts share: the size of the picture, the head, the title of the vertical axis
// above the plot, and the note when there is nothing to draw. Pure: the same input gives the same spec.
import type { TopLevelSpec } from 'vega-lite';
import { type ChartLayer, textLayer } from './chart-layer.js';
import type { RunDescription } from './describe-run.js';
import { printable } from './fit-text.js';
import { header } from './header.js';
import { inkColors } from './palette.js';
import { chartSize, theme } from './theme.js';

export interface Frame {
  title: string;
  run: RunDescription | null;
  /** Room for rows of labels between the title of the axis and the plot. */
  lanesPx: number;
  /** Where they are not those of `chartSize`. */
  leftPx?: number;
  rightPx?: number;
  heightPx?: number;
}

export interface FrameArea {
  widthPx: number;
  heightPx: number;
  /** Where the title of the vertical axis stands, above the plot and above the lanes. */
  axisTitleXPx: number;
  axisTitleYPx: number;
}

export interface FramedPlot {
  layers: ChartLayer[];
  isEmpty: boolean;
}

/** The row of the axis title, which stands in its upper half, clear of the highest number of the axis. */
const axisTitleHeightPx = 34;

export function framedChart(frame: Frame, plot: (area: FrameArea) => FramedPlot): TopLevelSpec {
  const leftPx = frame.leftPx ?? chartSize.leftPx;
  const rightPx = frame.rightPx ?? chartSize.rightPx;
  const widthPx = chartSize.widthPx - leftPx - rightPx;
  const head = header(frame.title, frame.run, chartSize.widthPx);
  const topPx = head.heightPx + axisTitleHeightPx + frame.lanesPx;
  const heightPx = (frame.heightPx ?? chartSize.heightPx) - topPx - chartSize.bottomPx;
  const { layers, isEmpty } = plot({
    widthPx,
    heightPx,
    axisTitleXPx: 18 - leftPx,
    axisTitleYPx: -frame.lanesPx - axisTitleHeightPx * 0.65,
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: printable(frame.title),
    config: theme,
    autosize: { type: 'none' },
    padding: { left: leftPx, right: rightPx, top: topPx, bottom: chartSize.bottomPx },
    width: widthPx,
    height: heightPx,
    layer: [...layers, ...head.layers(-leftPx, -topPx), ...(isEmpty ? [noSamples(widthPx, heightPx)] : [])],
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
