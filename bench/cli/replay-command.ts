// `rkv bench replay RUN`: the operations of an earlier run once more, on any driver; with --trace, those of a file that
// was captured elsewhere. All of a run's are drawn from the seed,
// and so are the moments of an open loop; of a closed loop only the order within each worker is repeated, since there
// an operation starts when the one before it has ended.
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { readResults } from '../../results/read-run.js';
import type { Results } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError } from '../config/configuration-error.js';
import type { BenchConfigInput } from '../config/schema.js';
import { workloadHash } from '../config/workload-hash.js';
import { checkWorkload } from '../run/check-workload.js';
import { type PreparedRun, prepareRun } from './prepare-run.js';
import { prepareTrace } from './prepare-trace.js';
import { type RunArguments, runOptions, runPrepared } from './run-command.js';

interface ReplayArguments extends RunArguments {
  folder?: string | undefined;
  trace?: string | undefined;
  format?: string | undefined;
  speed?: string | undefined;
}

/** Flags that would make it another load. */
const fixed = ['config', 'workload', 'workers', 'operations', 'keyGenerator', 'valueGenerator'] as const;
const fixedToo = ['randomAlgorithm', 'randomSeed', 'rate', 'ratePerWorker', 'stages', 'duration'] as const;

export const replayCommand: CommandModule<object, ReplayArguments> = {
  command: 'replay [folder]',
  describe: 'Run the operations of an earlier run again, or those of a trace',
  builder: (yargs) => {
    const text = { type: 'string', requiresArg: true } as const;
    return runOptions(
      yargs
        .positional('folder', { type: 'string', describe: 'Folder of the run' })
        .option('trace', { ...text, describe: 'Instead: a capture of Redis’ MONITOR, or a CSV trace' })
        .option('format', { ...text, describe: 'Of the trace: monitor or csv (default: as it looks)' })
        .option('speed', {
          ...text,
          describe: 'Of the trace: 2 goes through it in half of the time (default 1)',
        })
        .group(['trace', 'format', 'speed'], 'A trace:')
        .conflicts('folder', [...fixed, ...fixedToo]),
    ) as unknown as Argv<ReplayArguments>;
  },
  handler: async (given) => {
    process.exitCode = await runPrepared(await prepare(given), given);
  },
};

async function prepare({ folder, trace, format, speed, ...given }: ReplayArguments): Promise<PreparedRun> {
  if ((folder === undefined) === (trace === undefined))
    throw new ConfigurationError([
      {
        path: 'replay',
        message: 'name the folder of a run, or a trace: replay results/current, replay --trace capture.txt',
      },
    ]);
  if (trace !== undefined) return prepareTrace({ ...given, trace, format, speed });
  if (format !== undefined || speed !== undefined)
    throw new ConfigurationError([{ path: 'replay', message: '--format and --speed belong to --trace' }]);
  return prepareReplay(await readResults(join(folder!, 'results.json')), given);
}

/** The run's own plan, but for where it goes. Rejects with ConfigurationError. */
async function prepareReplay(results: Results, given: ReplayArguments): Promise<PreparedRun> {
  const { config } = results;
  const prepared = await prepareRun(undefined, given, configOf(results));
  const plan: BenchPlan = {
    ...prepared.plan,
    mode:
      config.mode === 'rate' && config.schedule
        ? { kind: 'rate', schedule: config.schedule }
        : { kind: 'max', thinkTime: config.thinkTime ?? null },
    durationMs: (results.run.plannedSeconds ?? Number.POSITIVE_INFINITY) * 1000,
    warmUpMs: (config.warmUpSeconds ?? 0) * 1000,
    coolDownMs: (config.coolDownSeconds ?? 0) * 1000,
    operationsMax: config.operationsMax ?? Number.POSITIVE_INFINITY,
    workload: config.workload,
  };
  const notes = [...prepared.notes];
  if (plan.mode.kind === 'max') {
    notes.push(
      'That was a closed loop: each worker draws the same operations in the same order; when they start depends on the store.',
    );
  }
  const hash = workloadHash(plan, await checkWorkload(plan));
  if (config.workloadHash !== undefined && hash !== config.workloadHash) {
    notes.push(
      'The workload is not quite the same: a file or a setting that results.json does not hold has changed.',
    );
  }
  return { ...prepared, plan, notes };
}

function configOf({ config }: Results): BenchConfigInput {
  return {
    driver: config.driver,
    concurrentWorkers: config.concurrentWorkers,
    threads: config.threads,
    operations: config.operations.map(({ steps, ...one }) => ({
      ...one,
      ...(steps === undefined
        ? {}
        : { steps: steps.map((step) => ('waitMs' in step ? { wait: `${step.waitMs}ms` } : step.operation)) }),
    })) as NonNullable<BenchConfigInput['operations']>,
    keyGenerator: config.keyGenerator,
    valueGenerator: config.valueGenerator,
    randomAlgorithm: config.randomAlgorithm,
    randomSeed: config.randomSeed,
    reportInterval: `${config.reportIntervalSeconds * 1000}ms`,
    ...(config.timeoutMs === undefined ? {} : { timeout: `${config.timeoutMs}ms` }),
    ...(config.preload === undefined ? {} : { preload: config.preload }),
  };
}
