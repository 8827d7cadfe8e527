// A window of the run as the files get it: all load threads together.
import type { LatencyHistogram } from '../statistics/index.js';
import type { OperationWindow } from './load-plan.js';

/** One operation in one window, all threads together. */
export interface CollectedOperation extends Omit<OperationWindow, 'latencies'> {
  latencies: LatencyHistogram;
}

export interface CollectedWindow {
  fromMs: number;
  toMs: number;
  /** In the order of the plan's operations; valid until the next window. */
  operations: CollectedOperation[];
}
