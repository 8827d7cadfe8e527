// The one contract between bench (which writes a run folder) and charts (which draw it): the shape of
// results.json and of the rows of the CSV files. Knows nothing of either side.
// The CSV tables are those of basho_bench; results.json holds what they cannot: identity, configuration,
// verdict and whole-run statistics.
import { z } from 'zod';
import { failureClasses } from './failure-classes.js';
import { faultReportSchema } from './fault-schema.js';
import { verificationSchema } from './verification-schema.js';

export { type FaultReport, faultColumns } from './fault-schema.js';
export { type Verification, violationColumns } from './verification-schema.js';

/** Latencies of one operation over the whole run, in milliseconds; `count` samples, warm-up excluded. */
export const latencyStatisticsSchema = z.object({
  count: z.number().int().positive(),
  min: z.number(),
  mean: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  p9999: z.number(),
  max: z.number(),
});
export type LatencyStatistics = z.infer<typeof latencyStatisticsSchema>;

export { failureClasses };

/**
 * `ok` counts successful operations (`missing` of them were reads that found no value), `failed` the others.
 * `opsPerSecond` is ok / measured seconds. `units` is what the driver counted (equal to ok unless it says more).
 * Latencies are of successful operations: response time from the intended start, service time from the send;
 * null where there is no sample. Failures have latencies of their own, by class, response time from the intended start.
 * `retried` counts attempts that failed and were made again, `dropped` operations that were due and never started
 * (dropped at the in-flight limit, or skipped because they were late); neither is part of `ok` or `failed`. The three
 * are absent in runs of before they were counted.
 */
export const operationStatisticsSchema = z.object({
  ok: z.number().int(),
  missing: z.number().int(),
  failed: z.number().int(),
  units: z.number(),
  opsPerSecond: z.number(),
  responseTimeMs: latencyStatisticsSchema.nullable(),
  serviceTimeMs: latencyStatisticsSchema.nullable(),
  failedTimeMs: z.record(z.enum(failureClasses), latencyStatisticsSchema.nullable()).optional(),
  retried: z.number().int().optional(),
  dropped: z.number().int().optional(),
});
export type OperationStatistics = z.infer<typeof operationStatisticsSchema>;

/** One reason for failure. `definite`: the operation certainly had no effect; otherwise it may have had one. */
export const errorCountSchema = z.object({
  operation: z.string(),
  code: z.string(),
  definite: z.boolean(),
  count: z.number().int(),
  /** Text of one such error, for people. */
  example: z.string(),
});
export type ErrorCount = z.infer<typeof errorCountSchema>;

export const verdictSchema = z.object({
  kind: z.enum(['VALID', 'GENERATOR-BOUND', 'UNSTABLE', 'INVALID']),
  reasons: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** A bound that the run had to keep. `value` is in ops/s, milliseconds, or a share; null without a sample. */
export const thresholdOutcomeSchema = z.object({
  threshold: z.string(),
  passed: z.boolean(),
  value: z.number().nullable(),
  measured: z.string(),
});
export type ThresholdOutcome = z.infer<typeof thresholdOutcomeSchema>;

/** A span of the run that charts shade, in seconds since the start; `recovery`: from a fault's end until all was as before. */
export const annotationSchema = z.object({
  kind: z.enum(['fault', 'recovery', 'warm-up', 'cool-down']),
  label: z.string(),
  fromSeconds: z.number(),
  toSeconds: z.number(),
});
export type Annotation = z.infer<typeof annotationSchema>;

/** A span of the offered rate in operations per second; see bench/schedule/rate-profile.ts. */
const rateSpanSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hold'), seconds: z.number(), rate: z.number() }),
  z.object({ kind: z.literal('ramp'), seconds: z.number(), fromRate: z.number(), toRate: z.number() }),
  z.object({ kind: z.literal('sine'), seconds: z.number(), meanRate: z.number(), amplitude: z.number() }),
]);

/** How operations were offered in an open loop: the profile of the rate, in all (`run`) or of each worker. */
export const scheduleConfigSchema = z.object({
  profile: z.object({ lead: z.array(rateSpanSchema), spans: z.array(rateSpanSchema), repeats: z.boolean() }),
  arrival: z.enum(['constant', 'poisson', 'uniform']),
  per: z.enum(['run', 'worker']),
  atLimit: z.enum(['queue', 'drop', 'skip-late']),
  lateAfterMs: z.number(),
});
export type ScheduleConfig = z.infer<typeof scheduleConfigSchema>;

/**
 * What became of the schedule in the measured phase. `backlog` is how many operations were due and had not started at
 * its end. `limitedShare` is the share of the time in which an operation that was due waited for a free worker.
 */
export const scheduleOutcomeSchema = z.object({
  offered: z.number().int(),
  dropped: z.number().int(),
  backlog: z.number().int(),
  offeredPerSecond: z.number(),
  achievedPerSecond: z.number(),
  limitedShare: z.number(),
});
export type ScheduleOutcome = z.infer<typeof scheduleOutcomeSchema>;

/** A test of one series of windows for a trend: Mann-Kendall's p-value, and Theil and Sen's change over the phase. */
export const trendSchema = z.object({ pValue: z.number(), relativeChange: z.number(), isTrend: z.boolean() });
export type Trend = z.infer<typeof trendSchema>;

/** `notTested` says why there was no test; then the trends are null. */
export const steadyStateSchema = z.object({
  test: z.string(),
  windows: z.number().int(),
  throughput: trendSchema.nullable(),
  medianResponseTime: trendSchema.nullable(),
  notTested: z.string().nullable(),
});
export type SteadyState = z.infer<typeof steadyStateSchema>;

export const runEndSchema = z.enum([
  'completed',
  'interrupted',
  'shutdown-on-error',
  'all-workers-stopped',
  'crashed',
]);
export type RunEnd = z.infer<typeof runEndSchema>;

/** A generator's name and parameters; a parameter may be a generator again. */
export type GeneratorSpecRow = readonly (string | number | GeneratorSpecRow)[];
export const generatorSpecSchema: z.ZodType<GeneratorSpecRow> = z.lazy(() =>
  z.array(z.union([z.string(), z.number(), generatorSpecSchema])).readonly(),
);

export const resultsSchema = z.object({
  schemaVersion: z.literal(1),
  run: z.object({
    id: z.string(),
    /** ISO 8601, UTC; the moment that the first operation could start. */
    startedAt: z.string(),
    /** Of the measured phase, without warm-up and cool-down; null when only the number of operations was limited. */
    plannedSeconds: z.number().nullable(),
    measuredSeconds: z.number(),
    end: runEndSchema,
    /** Operations of warm-up and cool-down, which no statistics count; absent where there was neither. */
    outside: z.object({ ok: z.number().int(), failed: z.number().int() }).optional(),
  }),
  config: z.object({
    driver: z.string(),
    /** `max`: a closed loop; `rate`: an open loop, and `schedule` says which. */
    mode: z.enum(['max', 'rate']),
    schedule: scheduleConfigSchema.nullable().optional(),
    /** Between two operations of a worker in a closed loop; null for none. */
    thinkTime: z
      .object({ kind: z.enum(['constant', 'exponential']), meanMs: z.number() })
      .nullable()
      .optional(),
    warmUpSeconds: z.number().optional(),
    coolDownSeconds: z.number().optional(),
    /** null for no limit. */
    operationsMax: z.number().nullable().optional(),
    timeoutMs: z.number().optional(),
    retries: z.object({ max: z.number().int(), on: z.enum(['definite', 'any']) }).optional(),
    concurrentWorkers: z.number().int(),
    threads: z.number().int(),
    connections: z.string(),
    /** Whether built-in drivers waited for replies without sleeping; absent in runs of before there was a choice. */
    busyPoll: z.boolean().optional(),
    operations: z.array(
      z.object({
        name: z.string(),
        weight: z.number(),
        /** What the driver was asked to do, where that is not the name. */
        operation: z.string().optional(),
        keyGenerator: generatorSpecSchema.optional(),
        valueGenerator: generatorSpecSchema.optional(),
        steps: z
          .array(z.union([z.object({ operation: z.string() }), z.object({ waitMs: z.number() })]))
          .optional(),
      }),
    ),
    /** What was replayed; then keys, sizes and moments are those of the trace. */
    trace: z
      .object({
        file: z.string(),
        sha256: z.string(),
        speed: z.number(),
        operations: z.number().int(),
        spanSeconds: z.number(),
      })
      .optional(),
    /** The named workload that the plan came from, and what was put before the run. */
    workload: z.string().optional(),
    preload: z
      .object({ keyGenerator: generatorSpecSchema, valueGenerator: generatorSpecSchema })
      .optional(),
    keyGenerator: generatorSpecSchema,
    valueGenerator: generatorSpecSchema,
    /** Equal for runs that asked for the same operations, keys and values; absent in older runs. */
    workloadHash: z.string().optional(),
    randomAlgorithm: z.string(),
    randomSeed: z.tuple([z.number(), z.number(), z.number()]),
    reportIntervalSeconds: z.number(),
    /** The bundled cluster, the faults that were planned, and what was verified, as the plan had them. */
    cluster: z.record(z.string(), z.unknown()).optional(),
    faults: z.array(z.record(z.string(), z.unknown())).optional(),
    verify: z.record(z.string(), z.unknown()).optional(),
    driverOptions: z.record(z.string(), z.unknown()),
  }),
  /** What was measured: a line for people, and the endpoints. */
  target: z.object({ description: z.string(), endpoints: z.array(z.string()) }),
  versions: z.object({ rkv: z.string(), node: z.string() }),
  machine: z.object({
    cpu: z.string(),
    cpus: z.number().int(),
    memoryBytes: z.number(),
    os: z.string(),
  }),
  verdict: verdictSchema,
  /** Absent in runs of before there were any. */
  thresholds: z.array(thresholdOutcomeSchema).optional(),
  /** Of runs with faults, in the order of their times. */
  faults: z.array(faultReportSchema).optional(),
  /** Of runs with `verify`. */
  verification: verificationSchema.optional(),
  total: operationStatisticsSchema,
  operations: z.record(z.string(), operationStatisticsSchema),
  /** null in a closed loop, which has no schedule. This and `steadyState` are absent in runs of before there were any. */
  schedule: scheduleOutcomeSchema.nullable().optional(),
  steadyState: steadyStateSchema.optional(),
  errors: z.array(errorCountSchema),
  /** Where figures went while the run lasted: windows given to each, how often it failed, and why at first. */
  sinks: z
    .array(
      z.object({
        sink: z.string(),
        windows: z.number().int(),
        failed: z.number().int(),
        problem: z.string().nullable(),
      }),
    )
    .optional(),
  generator: z.object({
    /** CPU time (user and system) of the generator's process per operation, in microseconds. */
    cpuUsPerOp: z.number(),
    /** Share of the busiest load thread's time that was spent working, 0 to 1. */
    loadThreadUtilization: z.number(),
    /**
     * From the moment when an operation could have started (it was due and a worker was free) to its start: what the
     * generator itself adds to response times. null in a closed loop, which has no schedule to lag behind.
     */
    scheduleLagMs: latencyStatisticsSchema.nullable(),
    rssBytesMax: z.number(),
    /** Resident memory after one minute (or at the start of a shorter run) and at the end. */
    rssBytesEarly: z.number(),
    rssBytesEnd: z.number(),
    /** CPU time of the generator's process in processors, and the share of all processors that anybody used. */
    cpuCores: z.number().optional(),
    machineCpuShare: z.number().nullable().optional(),
    /** Of the load threads, over the windows of the measured phase: the worst window's 99th percentile, and the maximum. */
    eventLoopDelayMs: z.object({ p99: z.number(), max: z.number() }).optional(),
    gcPauses: z.object({ count: z.number().int(), totalMs: z.number(), maxMs: z.number() }).optional(),
  }),
  annotations: z.array(annotationSchema),
});
export type Results = z.infer<typeof resultsSchema>;

/** A row of summary.csv. Counts are units; total = successful + failed. */
export interface SummaryRow {
  elapsedSeconds: number;
  windowSeconds: number;
  total: number;
  successful: number;
  failed: number;
}

/** A row of <op>_latencies.csv. `n` is units that succeeded in the window, `errors` operations that failed. */
export interface LatencyRow {
  elapsedSeconds: number;
  windowSeconds: number;
  n: number;
  minUs: number;
  meanUs: number;
  medianUs: number;
  p95Us: number;
  p99Us: number;
  p999Us: number;
  maxUs: number;
  errors: number;
}

/**
 * A row of schedule.csv, which open loops leave: operations that were due in the window, that never started, and that
 * waited at its end; the share of the window in which one waited for a free worker; the lag of the schedule.
 */
export interface ScheduleRow {
  elapsedSeconds: number;
  windowSeconds: number;
  offered: number;
  dropped: number;
  backlog: number;
  limitedShare: number;
  lagMedianUs: number;
  lagP99Us: number;
  lagMaxUs: number;
}

/** The columns of the two tables, as basho_bench wrote them; joined with comma and space. */
export const summaryColumns = ['elapsed', 'window', 'total', 'successful', 'failed'] as const;
export const latencyColumns = [
  'elapsed',
  'window',
  'n',
  'min',
  'mean',
  'median',
  '95th',
  '99th',
  '99_9th',
  'max',
  'errors',
] as const;

export const scheduleColumns = [
  'elapsed',
  'window',
  'offered',
  'dropped',
  'backlog',
  'limited',
  'lag_median',
  'lag_99th',
  'lag_max',
] as const;

/** The columns of measurements.csv, whose rows are one value each: of the generator, the machine or a server. */
export const measurementColumns = ['elapsed', 'source', 'metric', 'unit', 'value'] as const;

/**
 * The name under which an operation's files are kept: every character outside 0-9, A-Z, a-z becomes `-`,
 * as in basho_bench, so `get_own_puts` is kept in `get-own-puts_latencies.csv`.
 */
export function fileLabel(operation: string): string {
  return operation.replace(/[^0-9A-Za-z]/g, '-');
}
