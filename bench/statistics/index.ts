export { LatencyHistogram, trackableUsMax } from './latency-histogram.js';
export { latencyRow, latencyStatistics } from './latency-statistics.js';
