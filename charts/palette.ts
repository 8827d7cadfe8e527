// The colours of the charts and the series that wear them. A percentile has the same colour on every chart.
// Latencies take the colours of Okabe and Ito, which people with any of the usual colour deficiencies can tell
// apart; throughput keeps basho_bench's green and red, which differ enough in lightness.
import type { LatencyRow } from '../results/schema.js';

export type LatencyField = 'medianUs' | 'meanUs' | 'p95Us' | 'p99Us' | 'p999Us' | 'maxUs';

export interface LatencySeries {
  name: string;
  field: LatencyField & keyof LatencyRow;
  color: string;
}

/** From the bottom of a chart to its top. */
export const latencySeries = {
  median: { name: 'median', field: 'medianUs', color: '#0072b2' },
  mean: { name: 'mean', field: 'meanUs', color: '#56b4e9' },
  p95: { name: '95th', field: 'p95Us', color: '#009e73' },
  p99: { name: '99th', field: 'p99Us', color: '#e69f00' },
  p999: { name: '99.9th', field: 'p999Us', color: '#d55e00' },
  max: { name: 'max', field: 'maxUs', color: '#b0558f' },
} as const satisfies Record<string, LatencySeries>;

/** What the store itself took: black, the colour of Okabe and Ito that no percentile wears. */
export const serviceColor = '#000000';

/** What was due, behind what was done. */
export const offeredColor = '#8b93a1';

export const outcomeColors = { ok: '#188125', error: '#ff665f' } as const;

/** Of runs that share a chart, the first one black, since it is what others are compared with. */
export const runColors = [
  serviceColor,
  latencySeries.p99.color,
  latencySeries.median.color,
  latencySeries.p999.color,
  latencySeries.p95.color,
  latencySeries.mean.color,
] as const;

export const annotationColors = {
  fault: { fill: '#d55e00', text: '#9c4400' },
  recovery: { fill: '#e69f00', text: '#8a5a00' },
  'warm-up': { fill: '#6b7280', text: '#4b5563' },
  'cool-down': { fill: '#6b7280', text: '#4b5563' },
} as const;

export const inkColors = {
  title: '#111827',
  text: '#374151',
  quiet: '#6b7280',
  axis: '#9ca3af',
  grid: '#e2e5ea',
  minorGrid: '#f1f3f5',
  warning: '#b91c1c',
  paper: '#ffffff',
} as const;
