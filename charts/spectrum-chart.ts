// Latency of one operation by percentile, over the whole run: a step to the right is a tenth of what was left above,
// so that the tail, where runs differ, has as much room as the middle (the plot of HdrHistogram). Response and service
// times part where operations waited to start. The greatest of N samples stands at one in N. Pure.
import type { TopLevelSpec } from 'vega-lite';
import type { PercentileRow } from '../results/percentile-row.js';
import type { Results } from '../results/schema.js';
import { axisTicks, type ChartLayer, type PositionEncoding } from './chart-layer.js';
import { describeRun } from './describe-run.js';
import { endLabelLayers } from './end-labels.js';
import { type FrameArea, type FramedPlot, framedChart } from './framed-chart.js';
import { belowResolutionUs, latencyAxis } from './latency-axis.js';
import { latencyEncoding, latencyPlacePx } from './latency-encoding.js';
import { latencySeries, serviceColor } from './palette.js';

export interface SpectrumSubject {
  operation: string;
  /** Of this operation alone. */
  percentiles: readonly PercentileRow[];
  results: Results | null;
}

/** One curve: how many samples are still above, as one in so many, and the latency there. */
export interface SpectrumCurve {
  name: string;
  color: string;
  points: { oneIn: number; us: number }[];
}

export function spectrumChart({ operation, percentiles, results }: SpectrumSubject): TopLevelSpec {
  const of = (time: PercentileRow['time']) => spectrumPoints(percentiles.filter((row) => row.time === time));
  const hasService = percentiles.some(({ time }) => time === 'service');
  const curves: SpectrumCurve[] = [
    { name: hasService ? 'response' : 'latency', color: latencySeries.median.color, points: of('response') },
    ...(hasService ? [{ name: 'service', color: serviceColor, points: of('service') }] : []),
  ];
  const frame = { title: `${operation} latency by percentile`, run: describeRun(results), lanesPx: 0 };
  return framedChart(frame, (area) => spectrumPlot(curves, area));
}

/** The rows of one curve, in their order, as points; the maximum of N samples is one in N. */
export function spectrumPoints(rows: readonly PercentileRow[]): SpectrumCurve['points'] {
  return rows.map(({ percentile, us, count }) => ({
    oneIn: percentile >= 100 ? Math.max(1, count) : 1 / (1 - percentile / 100),
    us: Math.max(us, belowResolutionUs),
  }));
}

export function spectrumPlot(curves: readonly SpectrumCurve[], area: FrameArea): FramedPlot {
  const all = curves.flatMap(({ points }) => points);
  const axis = latencyAxis(all.map(({ us }) => us));
  const most = all.reduce((greatest, { oneIn }) => Math.max(greatest, oneIn), 10);
  const values = curves.flatMap(({ name, points }) =>
    points.map(({ oneIn, us }) => ({ series: name, oneIn, value: us })),
  );
  const ends = curves.flatMap(({ name, color, points }) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ name, color, yPx: latencyPlacePx(last.us, axis, area.heightPx) }];
  });
  const line: ChartLayer = {
    data: { values },
    mark: { type: 'line', strokeWidth: 1.75 },
    encoding: {
      x: percentileEncoding(most),
      y: latencyEncoding(axis, 'Latency (logarithmic axis)', area),
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: curves.map(({ name }) => name), range: curves.map(({ color }) => color) },
        legend: null,
      },
    },
  };
  return {
    layers: [line, ...endLabelLayers(ends, area.widthPx, area.heightPx)],
    isEmpty: all.length === 0,
  };
}

/** From all samples to one in `most`. */
function percentileEncoding(most: number): PositionEncoding {
  const ticks = [{ value: 1, label: '0' }];
  for (let digits = 1; 10 ** digits <= most; digits++)
    ticks.push({
      value: 10 ** digits,
      label: `${(100 * (1 - 10 ** -digits)).toFixed(Math.max(0, digits - 2))} %`,
    });
  return {
    field: 'oneIn',
    type: 'quantitative',
    scale: { type: 'log', domain: [1, most], nice: false },
    title: 'Percentile (each step to the right is a tenth of what was left above)',
    axis: { ...axisTicks(ticks), grid: true },
  };
}
