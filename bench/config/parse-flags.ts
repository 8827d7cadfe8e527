// The flags of `rkv bench run` as a configuration, so that a flag and a key of a module mean the same.
import { arrivalModels, limitPolicies } from '../schedule/index.js';
import { expectations } from '../verify/index.js';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';
import { parseFaultText } from './fault-text.js';
import { modeFromFlags } from './mode-flags.js';
import { suggestion } from './nearest-name.js';
import { type BenchConfigInput, consistencies, durabilities } from './schema.js';

export interface BenchFlags {
  driver?: string | undefined;
  endpoint?: readonly string[] | undefined;
  user?: string | undefined;
  passwordFile?: string | undefined;
  tls?: boolean | undefined;
  tlsCa?: string | undefined;
  tlsCert?: string | undefined;
  tlsKey?: string | undefined;
  tlsServerName?: string | undefined;
  workers?: string | undefined;
  threads?: string | undefined;
  duration?: string | undefined;
  workload?: string | undefined;
  rate?: string | undefined;
  ratePerWorker?: string | undefined;
  stages?: string | undefined;
  arrival?: string | undefined;
  atLimit?: string | undefined;
  lateAfter?: string | undefined;
  thinkTime?: string | undefined;
  warmUp?: string | undefined;
  coolDown?: string | undefined;
  maxOperations?: string | undefined;
  retries?: string | undefined;
  retryOn?: string | undefined;
  serverMetrics?: readonly string[] | undefined;
  sink?: readonly string[] | undefined;
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
  verify?: string | undefined;
  threshold?: readonly string[] | undefined;
  fault?: readonly string[] | undefined;
  results?: string | undefined;
  nodes?: string | undefined;
  ringSize?: string | undefined;
  n?: string | undefined;
  r?: string | undefined;
  w?: string | undefined;
  consistency?: string | undefined;
  dataDir?: string | undefined;
  durability?: string | undefined;
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
    if (flag === 'fault' || flag === 'sink') continue;
    if (flag === 'serverMetrics' || flag === 'server-metrics') continue;
    throw new ConfigurationError([
      { path: `--${flag}`, message: `was given ${value.length} times; give it once` },
    ]);
  }

  function number(text: string | undefined, flag: string, set: (value: number) => void): void {
    if (text === undefined) return;
    if (/^[1-9]\d{0,14}$/.test(text)) set(Number(text));
    else problems.push({ path: `--${flag}`, message: `"${text}" is not a whole number above zero` });
  }

  function oneOf<T extends string>(
    text: string | undefined,
    flag: string,
    known: readonly T[],
    set: (value: T) => void,
  ): void {
    if (text === undefined) return;
    const found = known.find((one) => one === text);
    if (found !== undefined) set(found);
    else problems.push({ path: `--${flag}`, message: `"${text}" is none of ${known.join(', ')}` });
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
  const mode = modeFromFlags(flags, problems);
  if (mode !== undefined) config.mode = mode;
  oneOf(flags.arrival, 'arrival', arrivalModels, (value) => {
    config.arrival = value;
  });
  oneOf(flags.atLimit, 'at-limit', limitPolicies, (value) => {
    config.atLimit = value;
  });
  oneOf(flags.retryOn, 'retry-on', ['definite', 'any'] as const, (value) => {
    config.retryOn = value;
  });
  if (flags.lateAfter !== undefined) config.lateAfter = flags.lateAfter;
  if (flags.thinkTime !== undefined) config.thinkTime = thinkTime(flags.thinkTime);
  if (flags.warmUp !== undefined) config.warmUp = flags.warmUp;
  if (flags.coolDown !== undefined) config.coolDown = flags.coolDown;
  number(flags.maxOperations, 'max-operations', (value) => {
    config.maxOperations = value;
  });
  if (flags.retries === '0') config.retries = 0;
  else
    number(flags.retries, 'retries', (value) => {
      config.retries = value;
    });
  if (flags.sink !== undefined) config.sinks = [...flags.sink];
  if (flags.serverMetrics !== undefined) config.serverMetrics = [...flags.serverMetrics];
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
  if (flags.verify !== undefined) config.verify = verification(flags.verify, problems);
  if (flags.threshold !== undefined) config.thresholds = [...flags.threshold];
  if (flags.fault !== undefined) config.faults = faults(flags.fault, problems);
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
  oneOf(flags.consistency, 'consistency', consistencies, (value) => {
    cluster.consistency = value;
  });
  oneOf(flags.durability, 'durability', durabilities, (value) => {
    cluster.durability = value;
  });
  if (flags.dataDir !== undefined) cluster.dataDir = flags.dataDir;
  if (Object.keys(cluster).length > 0) config.cluster = cluster;
  const { user, passwordFile } = flags;
  const login = { ...(user !== undefined && { user }), ...(passwordFile !== undefined && { passwordFile }) };
  const tls = tlsOf(flags);
  if (Object.keys(login).length > 0) config.login = login;
  if (tls !== undefined) config.tls = tls;
  return { config, problems };
}

function tlsOf({ tls, tlsCa, tlsCert, tlsKey, tlsServerName }: BenchFlags): BenchConfigInput['tls'] {
  const named = { ca: tlsCa, cert: tlsCert, key: tlsKey, serverName: tlsServerName };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : tls;
}

/** `10ms`, or `exponential:10ms`. */
function thinkTime(text: string): NonNullable<BenchConfigInput['thinkTime']> {
  const exponential = /^exponential:(.*)$/.exec(text);
  return exponential === null ? text : { exponential: exponential[1]! };
}

/** Nothing, or what the store is expected to keep: `linearizable`, `integrity,read-your-writes`. */
function verification(text: string, problems: ConfigurationProblem[]): BenchConfigInput['verify'] {
  if (text === '') return true;
  const names = text.split(',');
  const expect = expectations.filter((one) => names.includes(one));
  for (const name of names)
    if (!expect.some((one) => one === name))
      problems.push({
        path: '--verify',
        message: `"${name}" is none of ${expectations.join(', ')}${suggestion(name, expectations)}`,
      });
  return { expect };
}

/** `10s pause node2 2s`, each. */
function faults(
  texts: readonly string[],
  problems: ConfigurationProblem[],
): NonNullable<BenchConfigInput['faults']> {
  return texts.flatMap((text) => {
    const fault = parseFaultText(text);
    if (typeof fault !== 'string') return [fault];
    problems.push({ path: '--fault', message: fault });
    // It keeps its place, so that those behind it keep their numbers.
    return [{ at: '1ms', kind: 'command' as const, command: ['-'] }];
  });
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
