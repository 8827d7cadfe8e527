export { type BootstrapOptions, differenceInterval, type Interval, mean, meanInterval } from './bootstrap.js';
export { LatencyHistogram, trackableUsMax } from './latency-histogram.js';
export { latencyRow, latencyStatistics } from './latency-statistics.js';
export { mannKendall, type TrendTest } from './mann-kendall.js';
export { percentileSpectrum, type SpectrumStep } from './percentile-spectrum.js';
export { holm, relabelP, signFlipP } from './permutation.js';
export { steadyStateOf, type WindowFigures } from './steady-state.js';
export { studentQuantile } from './student-t.js';
