// The shape of a benchmark's configuration: what a *.bench.ts module exports, what a driver brings along
// as defaults, and what the flags are turned into. Names are those of the tutorial's callbacks in camel case.
import { z } from 'zod';
import { parseDurationMs } from './duration.js';

/** A span of time: "500ms", "5s", "10m", "1h"; a bare number is minutes, as in the tutorial. */
const durationMs = z.union([z.number(), z.string()]).transform((value, context) => {
  const parsed = typeof value === 'number' ? value * 60_000 : parseDurationMs(value);
  if (typeof parsed === 'number' && parsed > 0 && parsed <= 2 ** 31 * 1000) return parsed;
  const message =
    typeof parsed === 'string'
      ? parsed
      : `must be longer than zero, got ${JSON.stringify(value)}; for example 5s`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/**
 * Name and parameters, `['uniform_int', 100000]`; or parameters by name, `{ type: 'uniform_int', max: 100000 }`; or
 * a text, `uniform_int:100000`. What there is, and which parameters, generators/ knows.
 */
const generator = z.union([
  z.string().min(1),
  z.array(z.unknown()).readonly(),
  z.looseObject({ type: z.string() }),
]);
const weight = z.number().nonnegative();
const name = z.string().min(1);
/** One operation with what it has of its own; `name` is what reports call it, `operation` what the driver does. */
const operation = z.strictObject({
  name,
  weight: weight.optional(),
  operation: name.optional(),
  keyGenerator: generator.optional(),
  valueGenerator: generator.optional(),
  /** Operations one after the other on one key, and waits between them; counted as one. */
  steps: z
    .array(z.union([name, z.strictObject({ wait: durationMs })]))
    .min(1)
    .max(32)
    .optional(),
});
/** `[['put', 10], ['read', 'get', 2]]` as in the tutorial, or `{ put: 10, get: 2 }`, or objects. */
const operations = z.union([
  z.array(z.union([z.tuple([name, weight]), z.tuple([name, name, weight]), operation])),
  z.record(name, weight),
]);
const count = z.number().int().positive();

export const benchConfigSchema = z.strictObject({
  /** A built-in driver's name, or the path of a driver module (.ts, .js, .mjs). */
  driver: z.string().min(1).optional(),
  /** `max`: each worker starts its next operation when the last has ended (a closed loop). */
  mode: z
    .union([z.literal('max'), z.tuple([z.literal('rate'), z.literal('max')])])
    .transform(() => 'max' as const)
    .optional(),
  concurrentWorkers: count.max(65_536).optional(),
  duration: durationMs.optional(),
  /** A workload by name, `ycsb-a` or `ycsb-a:1000000` with the number of records; other keys override it. */
  workload: z.string().min(1).optional(),
  /** What is put before the run begins, one value under each of the generator's keys; not measured. */
  preload: z.strictObject({ keyGenerator: generator, valueGenerator: generator.optional() }).optional(),
  operations: operations.optional(),
  /** The folder that gets a sub-folder per run. */
  testDir: z.string().min(1).optional(),
  keyGenerator: generator.optional(),
  valueGenerator: generator.optional(),
  /** A file that values are slices of, in place of random bytes. */
  valueGeneratorBlobFile: z.string().min(1).optional(),
  /** Random bytes that values are slices of (default 1 MiB); more repeat later and take more memory. */
  valueGeneratorSourceSize: count.max(2 ** 30).optional(),
  /** A folder in which sequential generators keep how far they are, to go on there in the next run. */
  sequentialIntStateDir: z.string().min(1).optional(),
  randomAlgorithm: z.string().optional(),
  randomSeed: z.tuple([z.number().int(), z.number().int(), z.number().int()]).optional(),
  /** End the run at the first failed operation, with exit code 1. */
  shutdownOnError: z.boolean().optional(),
  /** Wait for replies without sleeping while few operations are in flight; built-in drivers only. */
  busyPoll: z.boolean().optional(),
  reportInterval: durationMs.optional(),
  /** Load threads; the workers are shared out evenly. */
  threads: count.max(64).optional(),
  connections: z.enum(['shared', 'per-worker']).optional(),
  endpoints: z.array(z.string().min(1)).optional(),
  /** What the run must keep, as `get.p99 < 5ms`; exit code 4 if it does not. */
  thresholds: z.array(z.string()).optional(),
  /** An operation that takes longer has failed with the code `timeout`. */
  timeout: durationMs.optional(),
  /** Also write <op>_single.csv with a row per successful operation. */
  raw: z.boolean().optional(),
  /** The cluster that rkv starts itself when the driver is `rkv` and no endpoint is given. */
  cluster: z
    .strictObject({
      nodes: count.max(64).optional(),
      ringSize: count.optional(),
      /** Replicas of a key, and how many must answer a read (r) and a write (w). */
      n: count.optional(),
      r: count.optional(),
      w: count.optional(),
    })
    .optional(),
  /** Passed to the driver as they are. */
  driverOptions: z.record(z.string(), z.unknown()).optional(),
});

/** What a person writes; everything is optional. */
export type BenchConfigInput = z.input<typeof benchConfigSchema>;
/** The same after reading: spans of time in milliseconds. */
export type BenchConfig = z.output<typeof benchConfigSchema>;

/** Checks a configuration at compile time and returns it: `export default defineBench({ ... })`. */
export function defineBench(config: BenchConfigInput): BenchConfigInput {
  return config;
}
