// Lines over time, with dots where lines would not show. One dataset, two marks. Pure.
import type { ChartLayer, PositionEncoding } from './chart-layer.js';
import type { TracePoint } from './trace.js';

export interface TraceEncoding {
  x: PositionEncoding;
  y: PositionEncoding;
  /** Names of the series and their colours, in the same order. */
  color: { domain: string[]; range: string[] };
}

/** Series are drawn in the order in which their points come: later ones lie above. */
export function traceLayers(points: readonly TracePoint[], { x, y, color }: TraceEncoding): ChartLayer[] {
  const data = { values: points.map((point) => ({ ...point })) };
  const encoding = {
    x,
    y,
    color: { field: 'series', type: 'nominal', scale: color, legend: null },
  } as const;
  return [
    { data, mark: { type: 'line' }, encoding },
    { data, transform: [{ filter: 'datum.dot' }], mark: { type: 'circle', size: 16, opacity: 1 }, encoding },
  ];
}
