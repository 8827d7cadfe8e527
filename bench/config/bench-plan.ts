// From what was asked for to a complete plan: the tutorial's defaults, under the driver's own, under the
// configuration module, under the flags. Every problem is found here, before anything is started.

import type { Driver } from '../driver.js';
import type { PlannedFault } from '../faults/index.js';
import type { GeneratorSpec } from '../generators/index.js';
import { parseThreshold, type Threshold } from '../metrics/index.js';
import { randomAlgorithms } from '../random/index.js';
import type { LoadMode } from '../schedule/index.js';
import { parseSink, type SinkSpec } from '../sinks/sink-spec.js';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';
import { parseEndpoint } from './endpoint.js';
import { resolveLoadMode, resolveSpans } from './load-mode.js';
import { suggestion } from './nearest-name.js';
import { type PlannedCluster, readCluster } from './plan-cluster.js';
import { planFaults } from './plan-faults.js';
import { readGenerator } from './plan-generators.js';
import {
  ownPutsProblems,
  type PlannedOperation,
  preloadProblems,
  readOperations,
  waitProblems,
} from './plan-operations.js';
import { type PlannedVerification, resolveVerification, verificationProblems } from './plan-verification.js';
import type { PlannedTrace } from './planned-trace.js';
import { readLayer } from './read-layer.js';
import type { BenchConfig, BenchConfigInput } from './schema.js';

export interface BenchPlan {
  driver: string;
  concurrentWorkers: number;
  threads: number;
  mode: LoadMode;
  /** Of the measured phase; Infinity when only the number of operations ends it. */
  durationMs: number;
  warmUpMs: number;
  coolDownMs: number;
  /** Infinity for no limit. */
  operationsMax: number;
  retries: { max: number; on: 'definite' | 'any' };
  serverMetrics: readonly string[];
  /** Where figures go while the run lasts. */
  sinks: readonly SinkSpec[];
  operations: PlannedOperation[];
  testDir: string;
  keyGenerator: GeneratorSpec;
  valueGenerator: GeneratorSpec;
  valueGeneratorSourceSize: number | undefined;
  sequentialIntStateDir: string | undefined;
  randomAlgorithm: string;
  randomSeed: [number, number, number];
  shutdownOnError: boolean;
  busyPoll: boolean;
  reportIntervalMs: number;
  timeoutMs: number;
  connections: 'shared' | 'per-worker';
  endpoints: { host: string; port: number }[];
  raw: boolean;
  thresholds: readonly Threshold[];
  /** What is put before the run begins; not measured. */
  preload: { keyGenerator: GeneratorSpec; valueGenerator: GeneratorSpec } | undefined;
  /** The workload that this plan came from, as it was named. */
  workload: string | undefined;
  /** The cluster to start for this run, or undefined when the driver goes elsewhere. */
  cluster: PlannedCluster | undefined;
  /** What is done to the store meanwhile, in the order of its times. */
  faults: readonly PlannedFault[];
  /** What is recorded and checked; undefined for nothing. */
  verify: PlannedVerification | undefined;
  driverOptions: Record<string, unknown>;
  /** Operations, keys, sizes and moments of a trace, in place of what generators and a schedule would give. */
  trace?: PlannedTrace | undefined;
}

/** The tutorial's benchmark. */
const tutorial = {
  driver: 'rkv',
  concurrentWorkers: 2,
  mode: 'max',
  arrival: 'constant',
  atLimit: 'queue',
  lateAfter: '100ms',
  retries: 0,
  retryOn: 'definite',
  serverMetrics: [],
  sinks: [],
  operations: [
    ['get_own_puts', 3],
    ['put', 10],
    ['get', 2],
  ],
  testDir: 'results',
  keyGenerator: ['uniform_int', 100_000],
  valueGenerator: ['fixed_bin', 100],
  randomAlgorithm: 'exsss',
  randomSeed: [1, 4, 3],
  shutdownOnError: false,
  busyPoll: true,
  reportInterval: '1s',
  threads: 1,
  connections: 'shared',
  timeout: '5s',
  raw: false,
} satisfies BenchConfigInput;

/** Rows of the CSV files of one run; more would make nobody wiser. */
const windowsMax = 1_000_000;

function readSinks(texts: readonly string[], problems: ConfigurationProblem[]): SinkSpec[] {
  return texts.flatMap((text) => {
    const sink = parseSink(text);
    if (typeof sink !== 'string') return [sink];
    problems.push({ path: 'sinks', message: sink });
    return [];
  });
}

/** The name of the driver that these layers (later ones win) ask for. */
export function driverNameOf(...layers: (BenchConfigInput | undefined)[]): string {
  return layers.reduce<string>(
    (name, layer) => (typeof layer?.driver === 'string' ? layer.driver : name),
    tutorial.driver,
  );
}

/** Throws ConfigurationError that names every problem. */
export function resolveBenchPlan(driver: Driver, ...layers: (BenchConfigInput | undefined)[]): BenchPlan {
  const problems: ConfigurationProblem[] = [];
  const read = (layer: unknown, origin: string): Partial<BenchConfig> => {
    if (layer === undefined) return {};
    const { config, problems: found } = readLayer(layer, origin);
    problems.push(...found);
    return config;
  };
  const merged = { ...read(tutorial, ''), ...read(driver.defaults, `defaults of driver ${driver.name}`) };
  let cluster: BenchConfig['cluster'];
  for (const layer of layers) {
    const config = read(layer, '');
    if (config.cluster !== undefined) cluster = { ...cluster, ...config.cluster };
    Object.assign(merged, config);
  }
  const operations = readOperations(merged.operations!, driver, problems);
  const spans = resolveSpans(merged);
  const plan: BenchPlan = {
    driver: driver.name,
    concurrentWorkers: merged.concurrentWorkers!,
    threads: Math.min(merged.threads!, merged.concurrentWorkers!),
    mode: resolveLoadMode(merged, spans.warmUpMs, problems),
    ...spans,
    retries: { max: merged.retries!, on: merged.retryOn! },
    serverMetrics: merged.serverMetrics!,
    sinks: readSinks(merged.sinks!, problems),
    operations,
    testDir: merged.testDir!,
    keyGenerator: readGenerator('key', merged.keyGenerator, 'keyGenerator', problems),
    valueGenerator: readGenerator(
      'value',
      fromBlobFile(merged.valueGenerator, merged.valueGeneratorBlobFile),
      'valueGenerator',
      problems,
    ),
    valueGeneratorSourceSize: merged.valueGeneratorSourceSize,
    sequentialIntStateDir: merged.sequentialIntStateDir,
    randomAlgorithm: merged.randomAlgorithm!,
    randomSeed: merged.randomSeed!,
    shutdownOnError: merged.shutdownOnError!,
    busyPoll: merged.busyPoll!,
    reportIntervalMs: merged.reportInterval!,
    timeoutMs: merged.timeout!,
    connections: merged.connections!,
    endpoints: readEndpoints(merged.endpoints, driver, problems),
    raw: merged.raw!,
    thresholds: readThresholds(merged.thresholds ?? [], operations, problems),
    cluster: readCluster(cluster, driver, merged.endpoints, problems),
    faults: [],
    preload: undefined,
    workload: merged.workload,
    verify: undefined,
    driverOptions: {
      ...merged.driverOptions,
      ...merged.login,
      ...(merged.tls === undefined ? {} : { tls: merged.tls }),
    },
  };
  for (const path of ['login', 'tls'] as const) {
    if (merged[path] === undefined || driver.logsIn === true) continue;
    const flags = path === 'login' ? '--user and --password-file' : '--tls';
    const message = `the driver "${driver.name}" knows nothing of ${flags}; see its driverOptions`;
    problems.push({ path, message });
  }
  if (merged.preload !== undefined) {
    const { keyGenerator, valueGenerator = plan.valueGenerator } = merged.preload;
    plan.preload = {
      keyGenerator: readGenerator('key', keyGenerator, 'preload.keyGenerator', problems),
      valueGenerator: readGenerator('value', valueGenerator, 'preload.valueGenerator', problems),
    };
    problems.push(...preloadProblems(plan.preload, driver));
  }
  plan.faults = planFaults(
    merged.faults ?? [],
    {
      cluster:
        plan.cluster === undefined
          ? withoutCluster(driver)
          : { nodes: plan.cluster.nodes, hasDataDir: plan.cluster.dataDir !== undefined },
      plannedMs: plan.warmUpMs + plan.durationMs + plan.coolDownMs,
    },
    problems,
  );
  problems.push(...waitProblems(plan));
  plan.verify = problems.length > 0 ? undefined : resolveVerification(merged.verify, plan);
  problems.push(...verificationProblems(plan, driver));
  if (problems.length === 0) problems.push(...ownPutsProblems(plan, driver));
  const algorithms: readonly string[] = randomAlgorithms;
  if (!algorithms.includes(plan.randomAlgorithm)) {
    const message = `unknown algorithm "${plan.randomAlgorithm}"${suggestion(plan.randomAlgorithm, algorithms)} Known: ${algorithms.join(', ')}`;
    problems.push({ path: 'randomAlgorithm', message });
  }
  if (plan.reportIntervalMs < 10) problems.push({ path: 'reportInterval', message: 'must be at least 10ms' });
  if (Number.isFinite(plan.durationMs) && plan.durationMs / plan.reportIntervalMs > windowsMax) {
    problems.push({
      path: 'reportInterval',
      message: `makes more than ${windowsMax} windows of this duration; use a longer one`,
    });
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return plan;
}

function withoutCluster(driver: Driver): string {
  return driver.bundledCluster === true ? 'an endpoint was given' : `the driver is "${driver.name}"`;
}

/** basho_bench's setting of a file that values are slices of. */
function fromBlobFile(generator: unknown, file: string | undefined): unknown {
  return file === undefined ? generator : ['blob_file', file, generator];
}

function readThresholds(
  texts: readonly string[],
  operations: BenchPlan['operations'],
  problems: ConfigurationProblem[],
): Threshold[] {
  return texts.flatMap((text) => {
    const threshold = parseThreshold(text);
    const names = operations.map(({ name }) => name);
    if (typeof threshold === 'string') problems.push({ path: 'thresholds', message: threshold });
    else if (threshold.metric.operation !== null && !names.includes(threshold.metric.operation)) {
      const { operation } = threshold.metric;
      const message = `"${text}" names the operation "${operation}", which this run has not${suggestion(operation, names)} It has: ${names.join(', ')}`;
      problems.push({ path: 'thresholds', message });
    } else return [threshold];
    return [];
  });
}

function readEndpoints(
  given: readonly string[] | undefined,
  driver: Driver,
  problems: ConfigurationProblem[],
): BenchPlan['endpoints'] {
  const texts = given ?? (driver.defaultEndpoint === undefined ? [] : [driver.defaultEndpoint]);
  return texts.flatMap((text) => {
    const endpoint = parseEndpoint(text);
    if (typeof endpoint !== 'string') return [endpoint];
    problems.push({ path: 'endpoint', message: endpoint });
    return [];
  });
}
