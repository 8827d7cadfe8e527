// A logarithmic axis for latencies as Vega-Lite wants it, for every chart that has one. Pure.
import { axisTicks, type PositionEncoding } from './chart-layer.js';
import type { FrameArea } from './framed-chart.js';
import type { LatencyAxis } from './latency-axis.js';
import { inkColors } from './palette.js';

/** The vertical axis of `field`, in microseconds; minor lines are fainter. */
export function latencyEncoding(
  axis: LatencyAxis,
  title: string,
  area: Pick<FrameArea, 'axisTitleXPx' | 'axisTitleYPx'>,
  field = 'value',
): PositionEncoding {
  const majors = axis.ticks.filter(({ isMajor }) => isMajor).map(({ us }) => us);
  return {
    field,
    type: 'quantitative',
    scale: { type: 'log', domain: axis.domainUs, nice: false },
    title,
    axis: {
      ...axisTicks(axis.ticks.map(({ us, label }) => ({ value: us, label }))),
      gridColor: {
        condition: { test: `indexof(${JSON.stringify(majors)}, datum.value) >= 0`, value: inkColors.grid },
        value: inkColors.minorGrid,
      },
      titleAngle: 0,
      titleAlign: 'left',
      titleBaseline: 'middle',
      titleX: area.axisTitleXPx,
      titleY: area.axisTitleYPx,
    },
  };
}

/** How far from the top of the plot a latency stands. */
export function latencyPlacePx(us: number, axis: LatencyAxis, heightPx: number): number {
  const [min, max] = axis.domainUs;
  return heightPx * (1 - Math.log(us / min) / Math.log(max / min));
}
