// What the charts of one operation over time share: the frame, the time axis, shaded spans, and marks of violations.
// Pure: the same input gives the same spec.
import type { TopLevelSpec } from 'vega-lite';
import type { LatencyRow, Results } from '../results/schema.js';
import type { ViolationRow } from '../results/violation-row.js';
import { annotationBands, annotationLabels } from './annotation-layers.js';
import { describeRun } from './describe-run.js';
import { type FrameArea, type FramedPlot, framedChart } from './framed-chart.js';
import { chartSize } from './theme.js';
import { type TimeAxis, timeEnd } from './time-axis.js';
import type { Sample } from './trace.js';
import { violationLane, violationRules } from './violation-layers.js';

export interface OperationSubject {
  operation: string;
  rows: readonly LatencyRow[];
  /** Service times of an open loop, beside the response times in `rows`. */
  service?: readonly LatencyRow[];
  /** Operations per second that were due, in an open loop. */
  offered?: readonly Sample[];
  /** What a verified run found, on whatever operation. */
  violations?: readonly ViolationRow[];
  /** null for a run without results.json. */
  results: Results | null;
}

export interface PlotArea extends FrameArea {
  time: TimeAxis;
}

export function operationChart(
  subject: OperationSubject,
  what: string,
  plot: (area: PlotArea) => FramedPlot,
): TopLevelSpec {
  const annotations = subject.results?.annotations ?? [];
  const time: TimeAxis = {
    endSeconds: timeEnd(
      subject.rows.map((row) => row.elapsedSeconds),
      annotations,
    ),
    widthPx: chartSize.widthPx - chartSize.leftPx - chartSize.rightPx,
    hasTitle: true,
  };
  const lane = violationLane(subject.violations ?? [], time, subject.results);
  const labels = annotationLabels(annotations, time, lane.heightPx);
  const frame = {
    title: `${subject.operation} ${what}`,
    run: describeRun(subject.results),
    lanesPx: labels.heightPx + lane.heightPx,
  };
  return framedChart(frame, (area) => {
    const { layers, isEmpty } = plot({ ...area, time });
    return {
      layers: [
        ...annotationBands(annotations, time),
        ...violationRules(subject.violations ?? [], time),
        ...layers,
        ...labels.layers,
        ...lane.layers,
      ],
      isEmpty,
    };
  });
}
