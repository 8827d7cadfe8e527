// `rkv bench run`: from flags to a run, and from its outcome to an exit code.
import type { Argv, CommandModule } from 'yargs';
import type { Results } from '../../results/schema.js';
import type { BenchFlags } from '../config/parse-flags.js';
import { writeJunit } from '../output/index.js';
import { renderReport } from '../run/console-report.js';
import { endWithOuterProcess, isInOwnNetwork, runInOwnNetwork } from '../run/own-network.js';
import { runBench } from '../run/run-bench.js';
import { interruptedExitCode, untilInterrupted } from './interruption.js';
import { type PreparedRun, prepareRun } from './prepare-run.js';

export interface RunArguments extends BenchFlags {
  config?: string | undefined;
  charts: boolean;
  json: boolean;
  junit?: string | undefined;
  quiet: boolean;
  strict: boolean;
}

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run',
  describe: 'Run a benchmark; without flags, the tutorial’s on a cluster of three nodes',
  builder: (yargs) => examples(runOptions(yargs)) as unknown as Argv<RunArguments>,
  handler: async (given) => {
    process.exitCode = await run(given);
  },
};

/** The flags of `run`, and of what takes the same ones. */
export function runOptions(yargs: Argv): Argv {
  const text = { type: 'string', requiresArg: true } as const;
  return yargs
    .group(
      [
        'config',
        'driver',
        'endpoint',
        'user',
        'password-file',
        'tls',
        'tls-ca',
        'tls-cert',
        'tls-key',
        'tls-server-name',
        'connections',
        'timeout',
        'busy-poll',
        'server-metrics',
      ],
      'What is measured:',
    )
    .option('server-metrics', {
      ...text,
      array: true,
      describe: 'Address of Prometheus metrics to record in measurements.csv; may be given several times',
    })
    .option('busy-poll', {
      type: 'boolean',
      describe: 'Wait for replies without sleeping while few are awaited (--no-busy-poll to sleep)',
    })
    .option('config', {
      ...text,
      describe: 'A module (.ts, .js), YAML, JSON, or basho_bench’s .config; flags override it',
    })
    .option('driver', { ...text, describe: 'Built-in driver or path of a driver module (default rkv)' })
    .option('endpoint', {
      ...text,
      array: true,
      describe: 'host:port of the store; may be given several times',
    })
    .option('user', {
      ...text,
      describe: 'Who to log in as, with the password in RKV_PASSWORD (redis: REDISCLI_AUTH)',
    })
    .option('password-file', { ...text, describe: 'A file with the password, in place of that variable' })
    .option('tls', { type: 'boolean', describe: 'The store serves TLS; the following say so too' })
    .option('tls-ca', {
      ...text,
      describe: 'Certificates of the authority to trust (default those of Node.js)',
    })
    .option('tls-cert', { ...text, describe: 'A certificate of your own, where the store wants one' })
    .option('tls-key', { ...text, describe: 'Its key' })
    .option('tls-server-name', {
      ...text,
      describe: 'The name in the store’s certificate, where it is not the host',
    })
    .option('connections', { ...text, describe: 'shared (default) or per-worker' })
    .option('timeout', { ...text, describe: 'An operation that takes longer has failed (default 5s)' })
    .group(
      ['nodes', 'ring-size', 'n', 'r', 'w', 'consistency', 'data-dir', 'durability'],
      'The bundled cluster (driver rkv without an endpoint):',
    )
    .option('nodes', { ...text, describe: 'Server processes (default 3)' })
    .option('ring-size', { ...text, describe: 'Partitions, a power of two (default 64)' })
    .option('n', { ...text, describe: 'Replicas of a key (default 3)' })
    .option('r', { ...text, describe: 'Answers that a read waits for (default 2)' })
    .option('w', { ...text, describe: 'Answers that a write waits for (default 2)' })
    .option('consistency', { ...text, describe: 'sloppy (default), strict or atomic' })
    .option('data-dir', { ...text, describe: 'Where the servers keep their data (default: in memory)' })
    .option('durability', {
      ...text,
      describe: 'With --data-dir, what an acknowledged write survives: sync (default), batch or os',
    })
    .option('fault', {
      ...text,
      array: true,
      describe:
        'Done to the store meanwhile: "10s pause node2 2s", "20s kill node1", "5s command redis-cli shutdown"; may be repeated',
    })
    .group(
      [
        'workload',
        'workers',
        'threads',
        'duration',
        'max-operations',
        'warm-up',
        'cool-down',
        'operations',
        'key-generator',
        'value-generator',
        'random-algorithm',
        'random-seed',
      ],
      'The load:',
    )
    .option('workload', {
      ...text,
      describe: 'By name, with records: ycsb-a to ycsb-f, ycsb-a:1000000; loaded first',
    })
    .option('workers', {
      ...text,
      describe: 'Concurrent workers, each with one operation in flight (default 2)',
    })
    .option('threads', { ...text, describe: 'Threads that the workers are shared out to (default 1)' })
    .option('duration', {
      ...text,
      describe: 'Of the measured phase, for example 5s, 10m, 1h (default 1m), or infinity',
    })
    .option('max-operations', {
      ...text,
      describe: 'End when so many operations were started, if that is sooner',
    })
    .option('warm-up', { ...text, describe: 'The same load before the measured phase, in no statistics' })
    .option('cool-down', { ...text, describe: 'The same after it' })
    .option('operations', { ...text, describe: 'Names and weights (default get_own_puts=3,put=10,get=2)' })
    .option('key-generator', { ...text, describe: 'For example uniform_int:100000 (the default)' })
    .option('value-generator', { ...text, describe: 'For example fixed_bin:100 (the default)' })
    .option('random-algorithm', { ...text, describe: 'exsss (default), exsp, exrop or exro928ss' })
    .option('random-seed', { ...text, describe: 'Three numbers (default 1,4,3); worker i adds i to each' })
    .group(
      [
        'rate',
        'rate-per-worker',
        'stages',
        'arrival',
        'at-limit',
        'late-after',
        'think-time',
        'retries',
        'retry-on',
      ],
      'When operations start (default: when the worker’s last one has ended):',
    )
    .option('rate', { ...text, describe: 'Open loop: operations per second of all workers together' })
    .option('rate-per-worker', { ...text, describe: 'Open loop: operations per second of each worker' })
    .option('stages', {
      ...text,
      describe: 'Open loop: 10s@100 holds a rate, 30s@..1000 goes there; joined by commas',
    })
    .option('arrival', { ...text, describe: 'constant (default), poisson or uniform' })
    .option('at-limit', {
      ...text,
      describe: 'What is due while all workers are busy: queue (default), drop or skip-late',
    })
    .option('late-after', { ...text, describe: 'What skip-late takes for late (default 100ms)' })
    .option('think-time', {
      ...text,
      describe: 'Closed loop: pause of a worker between operations, 10ms or exponential:10ms',
    })
    .option('retries', { ...text, describe: 'Try a failed operation again, so many times (default 0)' })
    .option('retry-on', { ...text, describe: 'definite (default: it certainly had no effect) or any' })
    .group(['fault'], 'What happens to the store:')
    .option('sink', {
      ...text,
      array: true,
      describe:
        'Where figures go while the run lasts: prometheus:9464, otlp:http://127.0.0.1:4318 or jsonl:FILE; may be repeated',
    })
    .group(
      ['results', 'report-interval', 'sink', 'raw', 'charts', 'json', 'junit', 'quiet'],
      'What it leaves:',
    )
    .option('results', { ...text, describe: 'Folder that gets a sub-folder per run (default results)' })
    .option('report-interval', { ...text, describe: 'Span of a window, a row of the CSV files (default 1s)' })
    .option('raw', {
      type: 'boolean',
      describe: 'Also write <op>_single.csv, a row per successful operation',
    })
    .option('charts', { type: 'boolean', default: true, describe: 'Draw PNGs (--no-charts for none)' })
    .option('json', { type: 'boolean', default: false, describe: 'Print results.json instead of the report' })
    .option('quiet', { type: 'boolean', default: false, describe: 'No progress on stderr' })
    .option('junit', {
      ...text,
      describe: 'Also write the thresholds and the verdict as JUnit XML to this file',
    })
    .option('verify', {
      type: 'string',
      describe:
        'Check what is read, and say what it must keep: integrity, no-lost-writes (the default: both), read-your-writes, monotonic-reads, linearizable or nothing; exit code 4 if not',
    })
    .group(['verify', 'threshold', 'shutdown-on-error', 'strict'], 'Exit code:')
    .option('threshold', {
      ...text,
      array: true,
      describe: 'What the run must keep, for example "get.p99 < 5ms"; exit code 4 if not; may be repeated',
    })
    .option('shutdown-on-error', {
      type: 'boolean',
      describe: 'End at the first failed operation, exit code 1',
    })
    .option('strict', {
      type: 'boolean',
      default: false,
      describe: 'Exit code 5 unless the verdict is VALID',
    });
}

function examples(yargs: Argv): Argv {
  return yargs
    .example('$0 bench run', 'the tutorial’s benchmark, one minute')
    .example('$0 bench run --n 1 --nodes 1', 'its own setting: one node, no replicas')
    .example('$0 bench run --driver redis --endpoint 127.0.0.1:6379 --workers 50', 'the same load on Redis')
    .example(
      '$0 bench run --driver redis --rate 1000 --workers 10',
      'an open loop of 1000 operations a second',
    )
    .example('$0 bench run --driver ./my-driver.ts --duration 10s', 'a driver of your own');
}

async function run(given: RunArguments): Promise<number> {
  return runPrepared(await prepareRun(given.config, given), given);
}

/** Runs what was prepared and gives the exit code. */
export async function runPrepared({ found, plan, notes }: PreparedRun, given: RunArguments): Promise<number> {
  if (plan.faults.some(({ kind }) => kind === 'partition') && !isInOwnNetwork()) return runInOwnNetwork();
  endWithOuterProcess();
  for (const note of notes) process.stderr.write(`${note}\n`);
  return untilInterrupted(async (signal) => {
    const outcome = await runBench({
      plan,
      found,
      signal,
      note: given.quiet ? () => {} : (line) => process.stderr.write(`${line}\n`),
      live: given.quiet ? undefined : process.stderr,
      charts: given.charts,
    });
    if (outcome === undefined) return interruptedExitCode;
    const { results, folder } = outcome;
    if (given.junit !== undefined) await writeJunit(given.junit, results);
    console.log(given.json ? JSON.stringify(results, null, 2) : renderReport(results, folder));
    return exitCodeOf(results, given.strict);
  });
}

function exitCodeOf(
  { run: { end }, verdict, thresholds = [], verification }: Results,
  strict: boolean,
): number {
  if (end === 'interrupted') return interruptedExitCode;
  if (end === 'shutdown-on-error') return 1;
  if (end === 'crashed') return 2;
  if (thresholds.some(({ passed }) => !passed)) return 4;
  if (verification !== undefined && verification.broken.length > 0) return 4;
  return strict && verdict.kind !== 'VALID' ? 5 : 0;
}
