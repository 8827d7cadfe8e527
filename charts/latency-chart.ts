// Latency of one operation over the run: median, 95th, 99th, 99.9th percentile and maximum of every window, on
// a logarithmic axis, because a stall is a thousand times a usual latency and both must be seen.
import type { TopLevelSpec } from 'vega-lite';
import type { LatencyRow } from '../results/schema.js';
import { axisTicks, type PositionEncoding } from './chart-layer.js';
import { type EndLabel, endLabelLayers } from './end-labels.js';
import { belowResolutionUs, type LatencyAxis, latencyAxis } from './latency-axis.js';
import {
  type OperationPlot,
  type OperationSubject,
  operationChart,
  type PlotArea,
} from './operation-chart.js';
import { inkColors, type LatencyField, latencySeries, serviceColor } from './palette.js';
import { chartSize } from './theme.js';
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

function plot({ rows, service }: OperationSubject, area: PlotArea): OperationPlot {
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
    yPx: placePx(us, axis, area.heightPx),
  }));
  const encoding = {
    x: timeEncoding(area.time),
    y: valueEncoding(axis, area),
    color: { domain: lines.map(({ name }) => name), range: lines.map(({ color }) => color) },
  };
  return {
    layers: [...traceLayers(points, encoding), ...endLabelLayers(labels, area.time.widthPx, area.heightPx)],
    isEmpty: ends.length === 0,
  };
}

function placePx(us: number, axis: LatencyAxis, heightPx: number): number {
  const [min, max] = axis.domainUs;
  return heightPx * (1 - Math.log(us / min) / Math.log(max / min));
}

function valueEncoding(axis: LatencyAxis, area: PlotArea): PositionEncoding {
  const majors = axis.ticks.filter(({ isMajor }) => isMajor).map(({ us }) => us);
  return {
    field: 'value',
    type: 'quantitative',
    scale: { type: 'log', domain: axis.domainUs, nice: false },
    title: 'Latency per window (logarithmic axis)',
    axis: {
      ...axisTicks(axis.ticks.map(({ us, label }) => ({ value: us, label }))),
      gridColor: {
        condition: { test: `indexof(${JSON.stringify(majors)}, datum.value) >= 0`, value: inkColors.grid },
        value: inkColors.minorGrid,
      },
      titleAngle: 0,
      titleAlign: 'left',
      titleBaseline: 'middle',
      titleX: 18 - chartSize.leftPx,
      titleY: area.axisTitleYPx,
    },
  };
}
