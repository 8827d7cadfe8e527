// Throughput of one operation over the run: units that succeeded and operations that failed, per second of
// each window, on a linear axis from zero. A window without samples is drawn as what it is: zero per second.
import type { TopLevelSpec } from 'vega-lite';
import type { LatencyRow } from '../results/schema.js';
import { axisTicks, type PositionEncoding } from './chart-layer.js';
import { type CountAxis, countAxis } from './count-axis.js';
import { endLabelLayers } from './end-labels.js';
import {
  type OperationPlot,
  type OperationSubject,
  operationChart,
  type PlotArea,
} from './operation-chart.js';
import { outcomeColors } from './palette.js';
import { chartSize } from './theme.js';
import { timeEncoding } from './time-axis.js';
import { tracePoints } from './trace.js';
import { traceLayers } from './trace-layers.js';

export function throughputChart(subject: OperationSubject): TopLevelSpec {
  return operationChart(subject, 'throughput', (area) => plot(subject.rows, area));
}

/** Null for a window without length, of which no rate can be told. */
export function perSecond(count: number, windowSeconds: number): number | null {
  return windowSeconds > 0 ? count / windowSeconds : null;
}

function plot(rows: readonly LatencyRow[], area: PlotArea): OperationPlot {
  const series = [
    { name: 'ok', color: outcomeColors.ok, count: (row: LatencyRow) => row.n },
    { name: 'errors', color: outcomeColors.error, count: (row: LatencyRow) => row.errors },
  ].map(({ name, color, count }) => ({
    name,
    color,
    samples: rows.map((row) => ({
      elapsedSeconds: row.elapsedSeconds,
      value: perSecond(count(row), row.windowSeconds),
    })),
  }));
  const rates = series.flatMap(({ samples }) => samples.map(({ value }) => value ?? 0));
  const axis = countAxis(
    rates.reduce((a, b) => Math.max(a, b), 0),
    6,
  );
  const encoding = {
    x: timeEncoding(area.time),
    y: valueEncoding(axis, area),
    color: { domain: series.map(({ name }) => name), range: series.map(({ color }) => color) },
  };
  const labels = series.flatMap(({ name, color, samples }) => {
    const last = samples.findLast(({ value }) => value !== null)?.value;
    if (last === undefined || last === null) return [];
    return [{ name, color, yPx: area.heightPx * (1 - last / axis.domain[1]) }];
  });
  const points = series.flatMap(({ name, samples }) => tracePoints(name, samples, area.time.widthPx));
  return {
    layers: [...traceLayers(points, encoding), ...endLabelLayers(labels, area.time.widthPx, area.heightPx)],
    isEmpty: labels.length === 0,
  };
}

function valueEncoding(axis: CountAxis, area: PlotArea): PositionEncoding {
  return {
    field: 'value',
    type: 'quantitative',
    scale: { domain: axis.domain, nice: false },
    title: 'Operations per second, per window',
    axis: {
      ...axisTicks(axis.ticks),
      titleAngle: 0,
      titleAlign: 'left',
      titleBaseline: 'middle',
      titleX: 18 - chartSize.leftPx,
      titleY: area.axisTitleYPx,
    },
  };
}
