// Throughput of one operation over the run: units that succeeded and operations that failed, per second of
// each window, on a linear axis from zero; in an open loop also what was due, behind them: where the two part, the
// store did not keep up. A window without samples is drawn as what it is: zero per second.
import type { TopLevelSpec } from 'vega-lite';
import type { LatencyRow } from '../results/schema.js';
import { countAxis } from './count-axis.js';
import { countEncoding } from './count-encoding.js';
import { endLabelLayers } from './end-labels.js';
import type { FramedPlot } from './framed-chart.js';
import { type OperationSubject, operationChart, type PlotArea } from './operation-chart.js';
import { offeredColor, outcomeColors } from './palette.js';
import { timeEncoding } from './time-axis.js';
import { type Sample, tracePoints } from './trace.js';
import { traceLayers } from './trace-layers.js';

export function throughputChart(subject: OperationSubject): TopLevelSpec {
  return operationChart(subject, 'throughput', (area) => plot(subject, area));
}

/** Null for a window without length, of which no rate can be told. */
export function perSecond(count: number, windowSeconds: number): number | null {
  return windowSeconds > 0 ? count / windowSeconds : null;
}

function plot({ rows, offered }: OperationSubject, area: PlotArea): FramedPlot {
  const samplesOf = (count: (row: LatencyRow) => number): Sample[] =>
    rows.map((row) => ({
      elapsedSeconds: row.elapsedSeconds,
      value: perSecond(count(row), row.windowSeconds),
    }));
  const series = [
    ...(offered === undefined ? [] : [{ name: 'offered', color: offeredColor, samples: offered }]),
    { name: 'ok', color: outcomeColors.ok, samples: samplesOf(({ n }) => n) },
    { name: 'errors', color: outcomeColors.error, samples: samplesOf(({ errors }) => errors) },
  ];
  const rates = series.flatMap(({ samples }) => samples.map(({ value }) => value ?? 0));
  const axis = countAxis(
    rates.reduce((a, b) => Math.max(a, b), 0),
    6,
  );
  const encoding = {
    x: timeEncoding(area.time),
    y: countEncoding(axis, 'Operations per second, per window', area),
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
