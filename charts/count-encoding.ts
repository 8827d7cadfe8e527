// A linear axis from zero as Vega-Lite wants it, for every chart that has one. Pure.
import { axisTicks, type PositionEncoding } from './chart-layer.js';
import type { CountAxis } from './count-axis.js';
import type { FrameArea } from './framed-chart.js';

/** The vertical axis of the field `value`. */
export function countEncoding(
  axis: CountAxis,
  title: string,
  area: Pick<FrameArea, 'axisTitleXPx' | 'axisTitleYPx'>,
): PositionEncoding {
  return {
    field: 'value',
    type: 'quantitative',
    scale: { domain: axis.domain, nice: false },
    title,
    axis: {
      ...axisTicks(axis.ticks),
      titleAngle: 0,
      titleAlign: 'left',
      titleBaseline: 'middle',
      titleX: area.axisTitleXPx,
      titleY: area.axisTitleYPx,
    },
  };
}
