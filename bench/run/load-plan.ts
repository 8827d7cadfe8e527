// What a load thread is told, and what it tells back: plain data that survives the way between threads.
import type { PlannedOperation } from '../config/plan-operations.js';
import type { GeneratorSpec } from '../generators/index.js';

export interface LoadPlan {
  /** A built-in driver's name, or the absolute path of a driver module. */
  driver: { name: string } | { path: string };
  /** Numbers of this thread's workers, from 1. */
  workerIds: number[];
  /** Workers of all threads together. */
  concurrentWorkers: number;
  operations: PlannedOperation[];
  keyGenerator: GeneratorSpec;
  valueGenerator: GeneratorSpec;
  /** Random bytes that values are slices of, at least; the default is 1 MiB. */
  valueGeneratorSourceSize?: number | undefined;
  /** Where sequential generators keep how far they are, to go on there; undefined to begin anew. */
  sequentialIntStateDir?: string | undefined;
  randomAlgorithm: string;
  randomSeed: [number, number, number];
  durationMs: number;
  reportIntervalMs: number;
  timeoutMs: number;
  connections: 'shared' | 'per-worker';
  endpoints: { host: string; port: number }[];
  driverOptions: Record<string, unknown>;
  shutdownOnError: boolean;
  /** Wait for replies without sleeping, where that pays. */
  busyPoll: boolean;
  /** Post every successful operation as a sample. */
  raw: boolean;
}

export type ToLoadThread =
  /** Begin at this moment: milliseconds since 1970, with a fraction. */
  | { kind: 'start'; atEpochMs: number }
  /** Start nothing more, finish what is in flight, and report. */
  | { kind: 'stop' };

export type FromLoadThread =
  | { kind: 'ready' }
  /** The driver could not be opened; nothing has been measured. */
  | { kind: 'refused'; message: string }
  | WindowReport
  | { kind: 'samples'; samples: Float64Array }
  | {
      kind: 'finished';
      end: 'completed' | 'all-workers-stopped' | 'shutdown-on-error' | 'crashed';
      busyShare: number;
    };

/** What one thread measured between two boundaries; windows of a thread do not overlap and leave no gap. */
export interface WindowReport {
  kind: 'window';
  /** The number of the boundary that ends it: 1 after one report interval, and so on. */
  index: number;
  fromMs: number;
  toMs: number;
  isLast: boolean;
  operations: OperationWindow[];
  errors: { operation: number; code: string; definite: boolean; example: string; count: number }[];
}

export interface OperationWindow {
  ok: number;
  missing: number;
  failed: number;
  units: number;
  /** Service times of the successful operations, as `LatencyHistogram.encode` packs them. */
  latencies: Float64Array;
}

/** Numbers per sample in a `samples` message: operation, completion (ms since 1970), units, microseconds. */
export const sampleNumbers = 4;
