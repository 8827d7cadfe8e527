// The flags of `rkv bench run` as a configuration, so that a flag and a key of a module mean the same.
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';
import type { BenchConfigInput } from './schema.js';

export interface BenchFlags {
  driver?: string | undefined;
  endpoint?: readonly string[] | undefined;
  workers?: string | undefined;
  threads?: string | undefined;
  duration?: string | undefined;
  workload?: string | undefined;
  operations?: string | undefined;
  keyGenerator?: string | undefined;
  valueGenerator?: string | undefined;
  randomAlgorithm?: string | undefined;
  randomSeed?: string | undefined;
  reportInterval?: string | undefined;
  timeout?: string | undefined;
  connections?: string | undefined;
  shutdownOnError?: boolean | undefined;
  busyPoll?: boolean | undefined;
  raw?: boolean | undefined;
  threshold?: readonly string[] | undefined;
  results?: string | undefined;
  nodes?: string | undefined;
  ringSize?: string | undefined;
  n?: string | undefined;
  r?: string | undefined;
  w?: string | undefined;
}

/** Throws ConfigurationError that names every flag whose text cannot be read. */
export function configFromFlags(flags: BenchFlags): BenchConfigInput {
  const { config, problems } = readFlags(flags);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

/** What could be read of the flags, and every one that could not. */
export function readFlags(flags: BenchFlags): { config: BenchConfigInput; problems: ConfigurationProblem[] } {
  const problems: ConfigurationProblem[] = [];
  const config: BenchConfigInput = {};
  const cluster: NonNullable<BenchConfigInput['cluster']> = {};
  // yargs makes a list of a flag that was given more than once.
  for (const [flag, value] of Object.entries(flags)) {
    if (!Array.isArray(value) || flag === 'endpoint' || flag === 'threshold' || flag === '_') continue;
    throw new ConfigurationError([
      { path: `--${flag}`, message: `was given ${value.length} times; give it once` },
    ]);
  }

  function number(text: string | undefined, flag: string, set: (value: number) => void): void {
    if (text === undefined) return;
    if (/^[1-9]\d{0,8}$/.test(text)) set(Number(text));
    else problems.push({ path: `--${flag}`, message: `"${text}" is not a whole number above zero` });
  }

  if (flags.driver !== undefined) config.driver = flags.driver;
  if (flags.endpoint !== undefined) config.endpoints = flags.endpoint.flatMap((text) => text.split(','));
  number(flags.workers, 'workers', (value) => {
    config.concurrentWorkers = value;
  });
  number(flags.threads, 'threads', (value) => {
    config.threads = value;
  });
  if (flags.duration !== undefined) config.duration = flags.duration;
  if (flags.workload !== undefined) config.workload = flags.workload;
  if (flags.operations !== undefined) config.operations = operations(flags.operations, problems);
  if (flags.keyGenerator !== undefined) config.keyGenerator = generator(flags.keyGenerator);
  if (flags.valueGenerator !== undefined) config.valueGenerator = generator(flags.valueGenerator);
  if (flags.randomAlgorithm !== undefined) config.randomAlgorithm = flags.randomAlgorithm;
  if (flags.randomSeed !== undefined) config.randomSeed = seed(flags.randomSeed, problems);
  if (flags.reportInterval !== undefined) config.reportInterval = flags.reportInterval;
  if (flags.timeout !== undefined) config.timeout = flags.timeout;
  if (flags.connections !== undefined) {
    if (flags.connections === 'shared' || flags.connections === 'per-worker')
      config.connections = flags.connections;
    else
      problems.push({
        path: '--connections',
        message: `"${flags.connections}" is neither shared nor per-worker`,
      });
  }
  if (flags.shutdownOnError !== undefined) config.shutdownOnError = flags.shutdownOnError;
  if (flags.busyPoll !== undefined) config.busyPoll = flags.busyPoll;
  if (flags.raw !== undefined) config.raw = flags.raw;
  if (flags.threshold !== undefined) config.thresholds = [...flags.threshold];
  if (flags.results !== undefined) config.testDir = flags.results;
  number(flags.nodes, 'nodes', (value) => {
    cluster.nodes = value;
  });
  number(flags.ringSize, 'ring-size', (value) => {
    cluster.ringSize = value;
  });
  for (const name of ['n', 'r', 'w'] as const) {
    number(flags[name], name, (value) => {
      cluster[name] = value;
    });
  }
  if (Object.keys(cluster).length > 0) config.cluster = cluster;
  return { config, problems };
}

/** `get=1,put=10`; a name alone has the weight 1. */
function operations(text: string, problems: ConfigurationProblem[]): [string, number][] {
  return text.split(',').map((part): [string, number] => {
    const [name = '', weight = '1', ...rest] = part.trim().split('=');
    if (name === '' || rest.length > 0 || !/^\d+(\.\d+)?$/.test(weight)) {
      problems.push({
        path: '--operations',
        message: `"${part}" is not NAME=WEIGHT; for example get=1,put=10`,
      });
    }
    return [name, Number(weight)];
  });
}

/** A text such as `uniform_int:100000` as it is, or JSON: a list or an object. */
function generator(text: string): string | unknown[] | { type: string } {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown[] | { type: string };
  } catch {
    return text;
  }
}

function seed(text: string, problems: ConfigurationProblem[]): [number, number, number] {
  const numbers = text.split(',').map(Number);
  if (numbers.length === 3 && numbers.every(Number.isSafeInteger)) return numbers as [number, number, number];
  problems.push({
    path: '--random-seed',
    message: `"${text}" is not three whole numbers; for example 1,4,3`,
  });
  return [1, 4, 3];
}
