// The public surface of charts.
export { ChartError } from './chart-error.js';
export { chartsCommand } from './command.js';
export { comparisonChart } from './comparison-chart.js';
export { drawCompared, drawComparison, drawFolder } from './draw-folder.js';
export { type DrawRunOptions, drawLatency, drawRun, drawSummary, drawThroughput } from './draw-run.js';
export { latencyChart } from './latency-chart.js';
export { type LabelledRun, runsChart } from './runs-chart.js';
export { searchChart } from './search-chart.js';
export { spectrumChart } from './spectrum-chart.js';
export { summaryChart } from './summary-chart.js';
export { throughputChart } from './throughput-chart.js';
export { toPng } from './to-png.js';
export { toSvg } from './to-svg.js';
