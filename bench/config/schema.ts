// The shape of a benchmark's configuration: what a *.bench.ts module exports, what a driver brings along
// as defaults, and what the flags are turned into. Names are those of the tutorial's callbacks in camel case.
import { z } from 'zod';
import { faultKinds } from '../faults/index.js';
import { arrivalModels, limitPolicies } from '../schedule/index.js';
import { expectations } from '../verify/index.js';
import { durationMs } from './duration-schema.js';
import { modeSchema } from './mode-schema.js';

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
const node = z.union([name, count]);
const words = z.array(name).min(1).max(256);
/**
 * What is done to the store in the middle of the run: `{ at: 10s, kind: pause, target: node2, duration: 2s }` on the
 * bundled cluster, `{ at: 10s, command: [redis-cli, shutdown] }` anywhere.
 */
const fault = z.strictObject({
  /** From the start of the run, warm-up included. */
  at: durationMs,
  kind: z.enum(faultKinds).optional(),
  /** `node2`, `2`, or several of them. */
  target: z.union([node, z.array(node).min(1)]).optional(),
  /** After it the fault is undone: the server goes on, is started again, is let through again; `undo` is run. */
  duration: durationMs.optional(),
  /** A program and its arguments; what it prints is kept in the results folder. */
  command: words.optional(),
  /** Run after the duration, or at the end of the run, and whatever happens. */
  undo: words.optional(),
  /** Of command and undo each (default 30s). */
  timeout: durationMs.optional(),
  /** What charts and reports call it. */
  label: name.optional(),
});

/** More than these in one run nobody could tell apart. */
const faultsMax = 100;
/** The names of the bundled server, which the plan does not import. */
export const consistencies = ['sloppy', 'strict', 'atomic'] as const;
export const durabilities = ['sync', 'batch', 'os'] as const;

export const benchConfigSchema = z.strictObject({
  /** A built-in driver's name, or the path of a driver module (.ts, .js, .mjs). */
  driver: z.string().min(1).optional(),
  /**
   * `max`: each worker starts its next operation when the last has ended (a closed loop). Otherwise a schedule says when
   * operations start (an open loop): `{ rate: 1000 }` for all workers together, `['rate', 100]` for each of them, or
   * `{ stages: [{ duration, rate }, { duration, rampTo }] }`, `{ steps }`, `{ spikes }`, `{ sine }`.
   */
  mode: modeSchema.optional(),
  /** How the operations of an open loop are spread over the time that its rate gives them. */
  arrival: z.enum(arrivalModels).optional(),
  /** What becomes of an operation that is due while every worker is busy. */
  atLimit: z.enum(limitPolicies).optional(),
  /** With `skip-late`: an operation that would start this much after it was due is skipped. */
  lateAfter: durationMs.optional(),
  /** Closed loop: how long a worker waits between two operations; `exponential` draws it with that mean. */
  thinkTime: z.union([durationMs, z.strictObject({ exponential: durationMs })]).optional(),
  /** Before the measured phase; the load is the same, but nothing of it is in the statistics. */
  warmUp: durationMs.optional(),
  /** The same after it. */
  coolDown: durationMs.optional(),
  /** The run ends when so many operations have been started, or when the duration is over. */
  maxOperations: count.optional(),
  /** How often a failed operation is tried again, at once; and after which failures. */
  retries: z.number().int().nonnegative().max(1000).optional(),
  retryOn: z.enum(['definite', 'any']).optional(),
  /** Addresses of Prometheus metrics of servers, recorded in measurements.csv. */
  serverMetrics: z.array(z.url()).optional(),
  /** `prometheus:9464`, `otlp:http://127.0.0.1:4318`, `jsonl:windows.jsonl`; see bench/sinks/sink-spec.ts. */
  sinks: z.array(z.string()).max(16).optional(),
  concurrentWorkers: count.max(65_536).optional(),
  /** Of the measured phase; `infinity` for no end but that of the operations. */
  duration: z.union([z.literal('infinity').transform(() => Number.POSITIVE_INFINITY), durationMs]).optional(),
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
  /**
   * Values that name their write are put, and what was read is checked: see bench/README.md. `expect` is what the store
   * must keep (default integrity and no-lost-writes), exit code 4 if it does not.
   */
  verify: z
    .union([
      z.boolean(),
      z.strictObject({
        /** Operations kept for the check (default 1,000,000), about 100 bytes of memory each; keys are given up beyond. */
        operationsMax: count.min(1000).max(20_000_000).optional(),
        /** Share of the reads whose whole value is compared (default 1); the others' headers are. */
        bodyShare: z.number().min(0).max(1).optional(),
        expect: z.union([z.enum(expectations), z.array(z.enum(expectations))]).optional(),
      }),
    ])
    .optional(),
  /** What is done to the store in the middle of the run, each with its time; see bench/README.md. */
  faults: z.array(fault).max(faultsMax).optional(),
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
      /** What plain requests may rely on (default sloppy): server/ARCHITECTURE.md says what each promises. */
      consistency: z.enum(consistencies).optional(),
      /** Where node i keeps its data, in node<i>; they stay there. Default: in memory. */
      dataDir: z.string().min(1).optional(),
      /** What an acknowledged write survives, with dataDir: a lost power (sync, the default), or a killed process (os). */
      durability: z.enum(durabilities).optional(),
    })
    .optional(),
  /** Who to log in as at the store, and the file with the password; for drivers that log in. */
  login: z
    .strictObject({ user: z.string().min(1).optional(), passwordFile: z.string().min(1).optional() })
    .optional(),
  /** The store serves TLS: `true`, or files in PEM with whom to trust and who to be; for drivers that log in. */
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        ca: name.optional(),
        cert: name.optional(),
        key: name.optional(),
        /** The name in the store's certificate, where it is not the host. */
        serverName: name.optional(),
      }),
    ])
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
