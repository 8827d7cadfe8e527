// Lines over time, with dots where lines would not show. One dataset, two marks. Pure.
import type { ChartLayer, PositionEncoding } from './chart-layer.js';
import type { TracePoint } from './trace.js';

export interface TraceEncoding {
  x: PositionEncoding;
  y: PositionEncoding;
  /** Names of the series and their colours, in the same order. */
  color: { domain: string[]; range: string[] };
}

/** From this many points on a line is a band of strokes, which a finer pen keeps apart. */
const finePointCount = 400;

/** Up to this many points the dots are all that there is to see. */
const fewPointCount = 5;

/** Series are drawn in the order in which their points come: later ones lie above. */
export function traceLayers(points: readonly TracePoint[], { x, y, color }: TraceEncoding): ChartLayer[] {
  const data = { values: points.map((point) => ({ ...point })) };
  const encoding = {
    x,
    y,
    color: { field: 'series', type: 'nominal', scale: color, legend: null },
  } as const;
  const perSeries = points.length / Math.max(1, color.domain.length);
  const strokeWidth = perSeries > finePointCount ? 0.9 : 1.75;
  const size = perSeries <= fewPointCount ? 48 : 16;
  return [
    { data, mark: { type: 'line', strokeWidth }, encoding },
    { data, transform: [{ filter: 'datum.dot' }], mark: { type: 'circle', size, opacity: 1 }, encoding },
  ];
}
