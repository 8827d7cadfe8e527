// All operations over the run, in the five panels of basho_bench's summary.r from top to bottom: throughput of
// all together, then mean, median and 95th percentile, 99th, 99.9th and maximum, with one column per operation.
// Latencies in milliseconds from zero; the charts of the single operations
// show the same on a logarithmic axis. Pure.
import type { TopLevelSpec } from 'vega-lite';
import type { RunTables } from '../results/read-run.js';
import { annotationLabels } from './annotation-layers.js';
import { boxLayer } from './chart-layer.js';
import { describeRun } from './describe-run.js';
import { header } from './header.js';
import { latencySeries } from './palette.js';
import { summaryLayout, summarySize } from './summary-layout.js';
import { latencyPanel, type PanelSurroundings, throughputPanel } from './summary-panels.js';
import { theme } from './theme.js';
import { timeEnd } from './time-axis.js';
import { violationLane } from './violation-layers.js';

const { median, mean, p95, p99, p999, max } = latencySeries;

/** Titles as summary.r has them. */
const latencyPanels = [
  { title: 'Mean, Median, and 95th Percentile Latency', series: [p95, mean, median] },
  { title: '99th Percentile Latency', series: [p99] },
  { title: '99.9th Percentile Latency', series: [p999] },
  { title: 'Maximum Latency', series: [max] },
] as const;

export function summaryChart(run: RunTables): TopLevelSpec {
  const layout = summaryLayout(run.operations.length);
  const annotations = run.results?.annotations ?? [];
  const endSeconds = timeEnd(elapsedOf(run), annotations);
  const violations = run.violations ?? [];
  const around: PanelSurroundings = { layout, endSeconds, annotations, violations };
  const head = header('Summary of all operations', describeRun(run.results), layout.widthPx);
  const time = { endSeconds, widthPx: layout.plotWidthPx, hasTitle: false };
  const lane = violationLane(violations, time, run.results);
  const labels = annotationLabels(annotations, time, lane.heightPx);
  const lanesPx = labels.heightPx + lane.heightPx;
  const titleYPx = -lanesPx - 18;
  const topPx = head.heightPx + lanesPx + 40;
  // Invisible, and as wide as the picture is to be, whatever stands on it.
  const paper = boxLayer({
    xPx: -summarySize.leftPx,
    yPx: -topPx,
    widthPx: layout.widthPx,
    heightPx: topPx + summarySize.panelHeightPx,
    color: 'transparent',
  });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: 'Throughput and latencies of all operations over the run',
    config: theme,
    padding: { left: 0, right: 0, top: 0, bottom: summarySize.bottomPx },
    spacing: summarySize.panelGapPx,
    resolve: { scale: { color: 'independent' } },
    vconcat: [
      throughputPanel(run, around, {
        titleYPx,
        before: [paper],
        after: [...labels.layers, ...lane.layers, ...head.layers(-summarySize.leftPx, -topPx)],
      }),
      ...latencyPanels.map((panel, i) =>
        latencyPanel(run.operations, { ...panel, isLast: i === latencyPanels.length - 1 }, around),
      ),
    ],
  };
}

function* elapsedOf(run: RunTables): Generator<number> {
  for (const row of run.summary) yield row.elapsedSeconds;
  for (const { rows } of run.operations) for (const row of rows) yield row.elapsedSeconds;
}
