// How every chart looks where its data does not decide: typeface, paper, axes, grid. Measures in pixels at
// zoom 1.
import type { ChartConfig } from './chart-layer.js';
import { fontFamily } from './font.js';
import { inkColors } from './palette.js';

/** Space around the plot of a chart of one operation. Fixed, so that charts can be laid over each other. */
export const chartSize = {
  widthPx: 900,
  heightPx: 500,
  leftPx: 74,
  rightPx: 92,
  bottomPx: 54,
} as const;

export const theme: ChartConfig = {
  font: fontFamily,
  background: inkColors.paper,
  // What cannot be drawn (null) breaks a line in two; a gap in the data is a gap in the picture.
  mark: { invalid: 'break-paths-show-domains' },
  view: { stroke: null },
  line: { strokeJoin: 'round', strokeCap: 'round', interpolate: 'linear' },
  axis: {
    domainColor: inkColors.axis,
    tickColor: inkColors.axis,
    gridColor: inkColors.grid,
    labelColor: inkColors.text,
    labelFontSize: 12,
    labelPadding: 6,
    titleColor: inkColors.quiet,
    titleFontSize: 12,
    titleFontWeight: 'normal',
  },
  axisY: { domain: false, ticks: false },
  axisX: { grid: false, tickSize: 4, labelFlush: false },
  header: {
    labelColor: inkColors.text,
    labelFontSize: 12,
    labelFontWeight: 'bold',
    titleColor: inkColors.text,
  },
};
