// Latency of one operation over the run: median, 95th, 99th, 99.9th percentile and maximum of every window, on
// a logarithmic axis, because a stall is a thousand times a usual latency and both must be seen.
import type { TopLevelSpec } from 'vega-lite';
import type { LatencyRow } from '../results/schema.js';
import { type EndLabel, endLabelLayers } from './end-labels.js';
import type { FramedPlot } from './framed-chart.js';
import { belowResolutionUs, latencyAxis } from './latency-axis.js';
import { latencyEncoding, latencyPlacePx } from './latency-encoding.js';
import { type OperationSubject, operationChart, type PlotArea } from './operation-chart.js';
import { type LatencyField, latencySeries, serviceColor } from './palette.js';
import { timeEncoding } from './time-axis.js';
import { type TracePoint, tracePoints } from './trace.js';
import { traceLayers } from './trace-layers.js';

/** The greatest first: what is drawn later lies above, and the median is what one looks for first. */
const drawn = [
  latencySeries.max,
  latencySeries.p999,
  latencySeries.p99,
  latencySeries.p95,
  latencySeries.median,
];

export function latencyChart(subject: OperationSubject): TopLevelSpec {
  return operationChart(subject, 'latency', (area) => plot(subject, area));
}

/** In microseconds, fit for a logarithmic axis; null for a window without samples. */
export function latencyUs(row: LatencyRow, field: LatencyField): number | null {
  return row.n > 0 ? Math.max(row[field], belowResolutionUs) : null;
}

/** What a closed-loop tool would call the 99th percentile: where it parts from the 99th, operations waited to start. */
const serviceSeries = { name: 'service 99', field: 'p99Us', color: serviceColor } as const;

function plot({ rows, service }: OperationSubject, area: PlotArea): FramedPlot {
  const lines = [
    ...drawn.map((series) => ({ ...series, rows })),
    ...(service === undefined ? [] : [{ ...serviceSeries, rows: service }]),
  ];
  const points: TracePoint[] = [];
  const ends: { name: string; color: string; us: number }[] = [];
  for (const { name, field, color, rows } of lines) {
    const samples = rows.map((row) => ({ elapsedSeconds: row.elapsedSeconds, value: latencyUs(row, field) }));
    points.push(...tracePoints(name, samples, area.time.widthPx));
    const last = samples.findLast(({ value }) => value !== null)?.value;
    if (last !== undefined && last !== null) ends.push({ name, color, us: last });
  }
  const axis = latencyAxis(points.flatMap(({ value }) => (value === null ? [] : [value])));
  const labels: EndLabel[] = ends.map(({ name, color, us }) => ({
    name,
    color,
    yPx: latencyPlacePx(us, axis, area.heightPx),
  }));
  const encoding = {
    x: timeEncoding(area.time),
    y: latencyEncoding(axis, 'Latency per window (logarithmic axis)', area),
    color: { domain: lines.map(({ name }) => name), range: lines.map(({ color }) => color) },
  };
  return {
    layers: [...traceLayers(points, encoding), ...endLabelLayers(labels, area.time.widthPx, area.heightPx)],
    isEmpty: ends.length === 0,
  };
}
