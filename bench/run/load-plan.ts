// What a load thread is told, and what it tells back: plain data that survives the way between threads.
import type { PlannedOperation } from '../config/plan-operations.js';
import type { PlannedTrace } from '../config/planned-trace.js';
import type { GeneratorSpec } from '../generators/index.js';
import type { LoadMode } from '../schedule/index.js';
import type { ValueMistake } from '../verify/index.js';

export interface LoadPlan {
  /** A built-in driver's name, or the absolute path of a driver module. */
  driver: { name: string } | { path: string };
  /** Numbers of this thread's workers, from 1. */
  workerIds: number[];
  /** Workers of all threads together. */
  concurrentWorkers: number;
  threads: number;
  /** Which of the threads this is, from 0. */
  thread: number;
  mode: LoadMode;
  operations: PlannedOperation[];
  keyGenerator: GeneratorSpec;
  valueGenerator: GeneratorSpec;
  /** Random bytes that values are slices of, at least; the default is 1 MiB. */
  valueGeneratorSourceSize?: number | undefined;
  /** Where sequential generators keep how far they are, to go on there; undefined to begin anew. */
  sequentialIntStateDir?: string | undefined;
  randomAlgorithm: string;
  randomSeed: [number, number, number];
  /** What is measured; warm-up and cool-down come on top of it. */
  durationMs: number;
  warmUpMs: number;
  coolDownMs: number;
  /** Operations that all threads together start at most; Infinity for no limit. */
  operationsMax: number;
  retries: RetryPlan;
  reportIntervalMs: number;
  timeoutMs: number;
  connections: 'shared' | 'per-worker';
  endpoints: { host: string; port: number }[];
  /** The endpoints are a cluster that was started for this run. */
  isBundled?: boolean | undefined;
  driverOptions: Record<string, unknown>;
  shutdownOnError: boolean;
  /** Wait for replies without sleeping, where that pays. */
  busyPoll: boolean;
  /** Post every successful operation as a sample. */
  raw: boolean;
  /** Record what was done and seen, for the check of the history; undefined when nothing is verified. */
  verify: { bodyShare: number; keysAreBytes: boolean } | undefined;
  /** Count what ends when finely, for what faults do. */
  countsSlices?: boolean;
  /** What is done is listed there, for all threads together. */
  trace?: PlannedTrace | undefined;
  /** This is no load but the audit after one: each of these keys is read once. */
  audit?: AuditPlan;
}

export interface AuditPlan {
  /** Keys as integers, or their bytes. */
  keys: readonly number[] | readonly Uint8Array[];
  /** When the load began: milliseconds since 1970. */
  runStartMs: number;
}

/** A failed operation is tried again at once, up to `max` times, with the same key and value. */
export interface RetryPlan {
  max: number;
  /** `definite`: only what certainly had no effect; `any`: whatever failed. */
  on: 'definite' | 'any';
}

/** From the start of the run to the moment from which on nothing starts. */
export function plannedMs(plan: Pick<LoadPlan, 'durationMs' | 'warmUpMs' | 'coolDownMs'>): number {
  return plan.warmUpMs + plan.durationMs + plan.coolDownMs;
}

/** What this thread starts at most of the operations of the run. */
export function threadOperationsMax({ operationsMax, threads, thread }: LoadPlan): number {
  if (!Number.isFinite(operationsMax)) return operationsMax;
  return Math.floor(operationsMax / threads) + (thread < operationsMax % threads ? 1 : 0);
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
  | OperationsReport
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
  /** Operations that were meant to start in the measured phase. */
  measured: SideReport;
  /** Those of warm-up and cool-down; null where a run has neither. */
  outside: SideReport | null;
  /** null in a closed loop. */
  schedule: ScheduleReport | null;
  /** As `SliceCounts` gives them, of a run with faults; null in others. */
  slices: Float64Array | null;
  thread: ThreadReport;
}

export interface SideReport {
  operations: OperationWindow[];
  errors: { operation: number; code: string; definite: boolean; example: string; count: number }[];
  /** Microseconds from the moment when an operation could have started to its start; null in a closed loop. */
  lags: Float64Array | null;
}

/** Histograms are as `LatencyHistogram.encode` packs them. */
export interface OperationWindow {
  ok: number;
  missing: number;
  failed: number;
  units: number;
  /** Attempts that failed and were made again. */
  retried: number;
  /** Operations that never started. */
  dropped: number;
  /** Response times of the successful operations. */
  latencies: Float64Array;
  /** Their service times, where those differ; null otherwise. */
  service: Float64Array | null;
  /** Response times of the failed operations by `failureClasses`; null where there is none. */
  failures: (Float64Array | null)[];
}

/** Of this window; `backlog` is how many were due and had not started at its end. */
export interface ScheduleReport {
  offered: number;
  /** The part of `offered` that was due in the measured phase. */
  offeredMeasured: number;
  dropped: number;
  backlog: number;
  /** In which an operation that was due waited for a worker. */
  limitedUs: number;
}

/** How the load thread itself fared in the window. */
export interface ThreadReport {
  /** How late the event loop came to what was due, in milliseconds. */
  loopDelayP99Ms: number;
  loopDelayMaxMs: number;
  gcPauses: number;
  gcMs: number;
  gcMaxMs: number;
}

/** Numbers per sample in a `samples` message: operation, completion (ms since 1970), units, microseconds. */
export const sampleNumbers = 4;

/** What was done and seen since the last one; `unseenReads` succeeded, but the driver did not say what they read. */
export interface OperationsReport {
  kind: 'operations';
  records: Float64Array;
  /** Of keys that are bytes: those of each record, one after the other, each behind its length in two bytes. */
  keys: Uint8Array | null;
  unseenReads: number;
}

/** Numbers per record in an `operations` message: kind, worker, key, value, call and return in microseconds. */
export const operationNumbers = 6;

/** By number, what may be wrong with a value. */
export const valueMistakes: readonly ValueMistake[] = [
  'foreign',
  'torn',
  'of another key',
  'of another length',
  'with another body',
];
