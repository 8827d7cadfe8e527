// From a trace file to a plan that does what it lists: its operations on its keys with values of its sizes, at its
// moments. The rest (driver, workers, timeout ...) is as for every run.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError, type ConfigurationProblem } from '../config/configuration-error.js';
import type { BenchFlags } from '../config/parse-flags.js';
import type { OpenSchedule } from '../schedule/index.js';
import { isRedisMonitor, parseRedisMonitor, parseTraceCsv, type Trace, TraceError } from '../trace/index.js';
import { type PreparedRun, prepareRun } from './prepare-run.js';

export const traceFormats = ['monitor', 'csv'] as const;

export interface TraceFlags extends BenchFlags {
  trace: string;
  format?: string | undefined;
  speed?: string | undefined;
}

/** A trace says how much is due at once; with fewer workers than that, operations wait. */
const workersDefault = 64;

/** What the trace itself decides. */
const decided = [
  ...([
    'workload',
    'operations',
    'keyGenerator',
    'valueGenerator',
    'rate',
    'ratePerWorker',
    'stages',
  ] as const),
  ...([
    'arrival',
    'atLimit',
    'lateAfter',
    'thinkTime',
    'duration',
    'maxOperations',
    'warmUp',
    'coolDown',
    'verify',
  ] as const),
] as const;

/** Rejects with ConfigurationError that names every problem. */
export async function prepareTrace(given: TraceFlags): Promise<PreparedRun> {
  const speed = readSpeed(given);
  const { entries, sha256, notes } = await readTrace(given);
  const counts = new Float64Array(entries.operations.length);
  for (const operation of entries.operation) counts[operation]!++;
  const { trace: file, speed: _, format: __, ...flags } = given;
  const prepared = await prepareRun(undefined, flags, {
    concurrentWorkers: workersDefault,
    operations: entries.operations.map((name, index) => ({ name, weight: counts[index]! })),
  });
  const plan: BenchPlan = {
    ...prepared.plan,
    mode: { kind: 'rate', schedule: scheduleOf(entries, speed) },
    durationMs: Number.POSITIVE_INFINITY,
    operationsMax: Number.POSITIVE_INFINITY,
    warmUpMs: 0,
    coolDownMs: 0,
    trace: { file, sha256, speed, entries },
  };
  return { ...prepared, plan, notes: [...prepared.notes, ...notes] };
}

function readSpeed(given: TraceFlags): number {
  const problems: ConfigurationProblem[] = decided
    .filter((flag) => given[flag] !== undefined)
    .map((flag) => ({ path: `--${dashed(flag)}`, message: 'is what the trace decides; leave it out' }));
  const speed = Number(given.speed ?? '1');
  if (!(speed >= 0.001 && speed <= 1000))
    problems.push({
      path: '--speed',
      message: `"${given.speed}" is not a factor from 0.001 to 1000, for example 2`,
    });
  if (given.format !== undefined && !traceFormats.some((format) => format === given.format))
    problems.push({
      path: '--format',
      message: `"${given.format}" is neither ${traceFormats.join(' nor ')}`,
    });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return speed;
}

async function readTrace({ trace: path, format }: TraceFlags) {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw refused(`"${path}" cannot be read: ${(error as Error).message}`);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    const isMonitor =
      format === undefined ? isRedisMonitor(bytes.toString('latin1', 0, 4096)) : format === 'monitor';
    if (!isMonitor) return { entries: parseTraceCsv(bytes.toString('utf8')), sha256, notes: [] };
    const { trace, skipped } = parseRedisMonitor(bytes.toString('latin1'));
    return { entries: trace, sha256, notes: skippedNotes(skipped) };
  } catch (error) {
    if (error instanceof TraceError) throw refused(`${path}: ${error.message}`);
    // A file of more characters than a text may have.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STRING_TOO_LONG')
      throw refused(`${path} is too large to be read at once; split it`);
    throw error;
  }
}

function skippedNotes(skipped: Readonly<Record<string, number>>): string[] {
  const names = Object.entries(skipped).sort(([, a], [, b]) => b - a);
  if (names.length === 0) return [];
  const counts = names.map(([name, count]) => `${count} ${name}`).join(', ');
  return [`Left out, since they are no reads, writes or deletes of keys: ${counts}`];
}

function refused(message: string): ConfigurationError {
  return new ConfigurationError([{ path: '--trace', message }]);
}

/** What the schedule of a trace looks like from far away; its moments are those of the entries. */
function scheduleOf({ count, offsetUs }: Trace, speed: number): OpenSchedule {
  const seconds = Math.max(0.001, offsetUs.at(-1)! / 1e6 / speed);
  return {
    profile: { lead: [], spans: [{ kind: 'hold', seconds, rate: count / seconds }], repeats: false },
    arrival: 'constant',
    per: 'run',
    atLimit: 'queue',
    lateAfterMs: 100,
  };
}

function dashed(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
