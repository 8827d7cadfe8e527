// Where a run's figures go while it runs, besides its files: one call per window and none per operation, so that
// nothing here can hold up the load. What goes wrong is the sink's own affair: it is told, and the run goes on.
import type { Results } from '../../results/schema.js';

/** One operation in one window; latencies are response times in milliseconds, null without a success. */
export interface OperationFigures {
  readonly name: string;
  readonly ok: number;
  readonly failed: number;
  readonly opsPerSecond: number;
  readonly responseTimeMs: Readonly<Record<LatencyFigure, number>> | null;
}

export const latencyFigures = ['p50', 'p95', 'p99', 'p999', 'max'] as const;
export type LatencyFigure = (typeof latencyFigures)[number];

/** The same as shares, as metrics are labelled. */
export const quantiles: Readonly<Record<LatencyFigure, string>> = {
  p50: '0.5',
  p95: '0.95',
  p99: '0.99',
  p999: '0.999',
  max: '1',
};

export interface WindowFigures {
  /** The end of the window, in seconds since the start of the run. */
  readonly elapsedSeconds: number;
  readonly windowSeconds: number;
  readonly operations: readonly OperationFigures[];
  /** Of an open loop: operations per second that were due, and what waited at the end of the window. */
  readonly schedule: { readonly offeredPerSecond: number; readonly backlog: number } | null;
}

export interface Sink {
  /** As it was asked for. */
  readonly name: string;
  /** Rejects or throws with an Error that says what is in the way. */
  window(figures: WindowFigures): void | Promise<void>;
  /** The run is over; sends what is left and lets go of everything. */
  end(results: Results | undefined): Promise<void>;
}

export interface SinkRun {
  /** Of the run folder. */
  readonly id: string;
  readonly driver: string;
}
