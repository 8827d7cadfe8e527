/** Numbers of a run by name, and bounds on them. */
export {
  formatMetric,
  isHigherBetter,
  type Metric,
  metricValue,
  parseMetric,
  type StatisticName,
  statisticNames,
  unitOf,
} from './metric.js';
export { checkThreshold, parseThreshold, type Threshold, withThresholds } from './threshold.js';
