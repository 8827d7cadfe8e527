// `rkv bench search`: the highest rate that a store serves within a service level.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import type { BenchPlan } from '../config/bench-plan.js';
import { ConfigurationError, type ConfigurationProblem } from '../config/configuration-error.js';
import { loadConfig } from '../config/load-config.js';
import type { BenchFlags } from '../config/parse-flags.js';
import { checkResultsBase, newRunId } from '../output/index.js';
import { drawFindings } from '../run/draw-charts.js';
import { runBench } from '../run/run-bench.js';
import { runSearch, type SearchReport, searchText, trialLine } from '../search/index.js';
import { interruptedExitCode, untilInterrupted } from './interruption.js';
import { type PreparedRun, prepareRun } from './prepare-run.js';
import { runOptions } from './run-command.js';

interface SearchArguments extends BenchFlags {
  config?: string | undefined;
  slo: string[];
  from: string;
  to: string;
  repeats: string;
  precision: string;
  resume?: string | undefined;
  results: string;
  json: boolean;
  charts: boolean;
  quiet: boolean;
}

/** Of each trial, unless told. */
const trialDuration = '10s';
const trialWarmUp = '2s';
const confidence = 0.95;

export const searchCommand: CommandModule<object, SearchArguments> = {
  command: 'search',
  describe: 'Find the highest rate that keeps a service level, with an interval',
  builder: (yargs) => options(yargs) as unknown as Argv<SearchArguments>,
  handler: async (given) => {
    process.exitCode = await search(given);
  },
};

function options(yargs: Argv): Argv {
  const text = { type: 'string', requiresArg: true } as const;
  return runOptions(yargs)
    .group(['slo', 'from', 'to', 'repeats', 'precision', 'resume'], 'The search:')
    .option('slo', {
      ...text,
      array: true,
      default: ['p99 < 10ms'],
      describe: 'What a rate must keep; may be repeated. Besides, 98 % of what is offered must be served',
    })
    .option('from', { ...text, default: '1000', describe: 'The first rate, in operations per second' })
    .option('to', { ...text, default: '10000000', describe: 'The highest rate that is tried' })
    .option('repeats', {
      ...text,
      default: '3',
      describe: 'Trials of a rate, an odd number; most of them decide',
    })
    .option('precision', {
      ...text,
      default: '5%',
      describe: 'How close the rates that hold and fail must come',
    })
    .option('resume', { ...text, describe: 'Go on with the search in this folder' })
    .group(['results', 'json', 'quiet'], 'What it leaves:')
    .option('results', {
      ...text,
      default: 'results',
      describe: 'Folder that gets a folder of all the trials',
    })
    .option('json', { type: 'boolean', default: false, describe: 'Print the report as JSON' })
    .option('quiet', { type: 'boolean', default: false, describe: 'No progress on stderr' })
    .epilogue(
      `Each trial is a run of its own at a constant offered rate, ${trialDuration} after ${trialWarmUp} of warm-up unless --duration and --warm-up say otherwise. Exit code 4: no rate keeps the service level.`,
    )
    .example('$0 bench search --driver redis --workers 64 --slo "p99 < 2ms"', 'the capacity of a Redis')
    .example(
      '$0 bench search --slo "get.p99 < 5ms" --slo "errors < 0.1%" --precision 2%',
      'of a bundled cluster',
    )
    .example('$0 bench search --resume results/search-abc', 'go on after Ctrl-C (with the same flags)');
}

async function search(given: SearchArguments): Promise<number> {
  const settings = readSettings(given);
  const { config, resume } = given;
  const ofFile = config === undefined ? {} : (await loadConfig(config)).config;
  const { results: base, slo, ...flags } = given;
  const prepareAt = (rate: number, testDir: string): Promise<PreparedRun> =>
    prepareRun(config, {
      ...flags,
      ...(flags.duration === undefined && ofFile.duration === undefined ? { duration: trialDuration } : {}),
      ...(flags.warmUp === undefined && ofFile.warmUp === undefined ? { warmUp: trialWarmUp } : {}),
      rate: `${rate}`,
      threshold: slo,
      results: testDir,
    });
  const workload = hashOf((await prepareAt(settings.from, base)).plan);
  if (resume !== undefined && !existsSync(join(resume, 'search.json')))
    throw new ConfigurationError([{ path: '--resume', message: `there is no search.json in "${resume}"` }]);
  await checkResultsBase(resume ?? base);
  const folder = resume ?? join(base, `search-${newRunId()}`);
  await mkdir(folder, { recursive: true });
  const note = given.quiet ? () => {} : (line: string) => void process.stderr.write(`${line}\n`);
  const report = await untilInterrupted((signal) =>
    runSearch({
      folder,
      start: { slo, settings, confidence, workload },
      runAt: async (rate) => {
        const { plan, found } = await prepareAt(rate, join(folder, 'trials'));
        const outcome = await runBench({
          plan,
          found,
          signal,
          note: () => {},
          live: undefined,
          charts: false,
        });
        return signal.aborted ? undefined : outcome;
      },
      onTrial: (trial, trials) => note(trialLine(trial, trials.length)),
    }),
  );
  if (report === undefined) {
    note(`Interrupted; go on with --resume ${folder}`);
    return interruptedExitCode;
  }
  console.log(given.json ? JSON.stringify(report, null, 2) : searchText(report));
  if (given.charts) await drawFindings(folder);
  note(`The trials are in ${folder}`);
  return isFound(report) ? 0 : 4;
}

function isFound({ end }: SearchReport): boolean {
  return end !== undefined && end.holds !== undefined;
}

/** All of the plan that decides what a trial does, but the rate. */
function hashOf({ mode: _, testDir: __, ...plan }: BenchPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16);
}

function readSettings(given: SearchArguments) {
  const problems: ConfigurationProblem[] = [];
  const number = (text: string, flag: string, isRight: (value: number) => boolean, right: string): number => {
    const value = Number(text);
    if (!(text.trim() !== '' && isRight(value)))
      problems.push({ path: flag, message: `"${text}" is not ${right}` });
    return value;
  };
  const isRate = (value: number): boolean => value >= 1 && value <= 10_000_000;
  const rates = 'a rate from 1 to 10000000 operations per second';
  const from = number(given.from, '--from', isRate, rates);
  const to = number(given.to, '--to', isRate, rates);
  if (from > to) problems.push({ path: '--from', message: `${from} is above --to ${to}` });
  const isOdd = (value: number): boolean => Number.isInteger(value) && value % 2 === 1 && value <= 99;
  const repeats = number(given.repeats, '--repeats', isOdd, 'an odd number from 1 to 99');
  const precision =
    number(
      given.precision.replace(/\s*%$/, ''),
      '--precision',
      (value) => value >= 0.1 && value <= 50,
      'a share from 0.1% to 50%',
    ) / 100;
  for (const flag of ['rate', 'ratePerWorker', 'stages', 'threshold'] as const)
    if (given[flag] !== undefined)
      problems.push({
        path: `--${flag}`,
        message: 'is what the search itself decides; use --from, --to and --slo',
      });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { from, to, repeats, precision };
}
