// `rkv bench compare`: runs by folder, or configurations measured in turn; from files to a report and an exit code.
import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import {
  type CompareOptions,
  type Comparison,
  compareSides,
  comparisonText,
  type Design,
  measureSides,
  noiseFloor,
  noiseText,
  type RunWindow,
  readSide,
  withinRunsInterval,
} from '../compare/index.js';
import { ConfigurationError, type ConfigurationProblem } from '../config/configuration-error.js';
import { type Metric, parseMetric } from '../metrics/index.js';
import { checkResultsBase, newRunId } from '../output/index.js';
import { drawComparison, drawFindings } from '../run/draw-charts.js';
import { interruptedExitCode, untilInterrupted } from './interruption.js';
import { prepareRun } from './prepare-run.js';

interface CompareArguments {
  sides: string[];
  metric: string[];
  pairs: string;
  noisePairs: string;
  confidence: string;
  duration?: string | undefined;
  results: string;
  json: boolean;
  charts: boolean;
  chart?: string | undefined;
  quiet: boolean;
}

const thresholdExitCode = 4;

export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare <sides..>',
  describe: 'Compare runs, or measure configurations in turn, and say what differs beyond chance',
  builder: (yargs) => options(yargs) as unknown as Argv<CompareArguments>,
  handler: async (given) => {
    process.exitCode = await compare(given);
  },
};

function options(yargs: Argv): Argv {
  const text = { type: 'string', requiresArg: true } as const;
  return yargs
    .positional('sides', {
      type: 'string',
      array: true,
      describe:
        'Run folders, folders of run folders, or configurations; the first is what others are compared with',
    })
    .option('metric', {
      ...text,
      array: true,
      default: ['rate', 'p50', 'p99'],
      describe: 'What is compared: rate, p99, get.p99, put.service.mean ...; may be repeated',
    })
    .option('pairs', {
      ...text,
      default: '10',
      describe: 'Configurations: runs of each, in the order A B B A',
    })
    .option('noise-pairs', {
      ...text,
      default: '4',
      describe: 'Configurations: pairs of runs of the first against itself, before all others',
    })
    .option('duration', { ...text, describe: 'Configurations: of each run, in place of their own' })
    .option('confidence', { ...text, default: '0.95', describe: 'Of no false alarm among all metrics' })
    .option('results', { ...text, default: 'results', describe: 'Folder that gets a folder of all the runs' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the comparison as JSON' })
    .option('charts', {
      type: 'boolean',
      default: true,
      describe: 'Configurations: draw comparison.png beside the runs (--no-charts for none)',
    })
    .option('chart', { ...text, describe: 'Run folders: also draw the comparison, as this PNG file' })
    .option('quiet', { type: 'boolean', default: false, describe: 'No progress on stderr' })
    .epilogue('Exit code 4: one side is worse than the first in a metric.')
    .example('$0 bench compare results/before results/after', 'two runs, or two folders of several runs each')
    .example('$0 bench compare a.bench.ts b.bench.ts --pairs 12 --duration 5s', 'measured in turn, ABBA')
    .example('$0 bench compare a.json b.json --metric get.p99 --metric rate', 'what matters to you');
}

async function compare(given: CompareArguments): Promise<number> {
  const { metrics, pairs, noisePairs, confidence } = readSettings(given);
  const areFolders = given.sides.map(isFolder);
  if (!areFolders.includes(false)) {
    const comparison = await compareFolders(given.sides, { metrics, confidence });
    if (given.chart !== undefined) await drawComparison(comparison, given.chart);
    return report(comparison, given);
  }
  if (areFolders.includes(true))
    throw new ConfigurationError([
      { path: 'compare', message: 'name either run folders or configurations, not some of each' },
    ]);
  await checkResultsBase(given.results);
  const sides = await Promise.all(given.sides.map((file) => readConfiguration(file, given.duration)));
  const folder = join(given.results, `compare-${newRunId()}`);
  await mkdir(folder, { recursive: true });
  const note = given.quiet ? () => {} : (line: string) => void process.stderr.write(`${line}\n`);
  let noise: Comparison['noise'] = [];
  return untilInterrupted(async (signal) => {
    const measured = await measureSides({
      sides,
      folder,
      pairs,
      noisePairs,
      signal,
      note,
      onNoise: (runs) => {
        noise = noiseFloor(runs, metrics, { pairs, confidence });
        note(noiseText(noise, pairs));
      },
    });
    if (measured === undefined) {
      note(`Interrupted; the runs so far are in ${folder}`);
      return interruptedExitCode;
    }
    const comparison = { ...compareSides(measured, { design: 'pairs', metrics, confidence }), noise };
    await writeFile(join(folder, 'comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
    if (given.charts) await drawFindings(folder);
    note(`The runs are in ${folder}`);
    return report(comparison, given);
  });
}

async function compareFolders(
  folders: readonly string[],
  { metrics, confidence }: Pick<CompareOptions, 'metrics' | 'confidence'>,
): Promise<Comparison> {
  const sides = await Promise.all(folders.map(readSide));
  const design: Design = sides.every(({ runs }) => runs.length === 1) ? 'single' : 'groups';
  const windows = await Promise.all(sides.map((side) => (design === 'single' ? side.windows() : new Map())));
  const comparison = compareSides(sides, {
    design,
    metrics,
    confidence,
    withinRuns: (a, b, metric) => {
      const [left, right] = [a, b].map((side) => windowsOf(windows[side]!, metric));
      return withinRunsInterval(left!, right!, metric, confidence);
    },
  });
  return { ...comparison, noise: [] };
}

/** The windows of the metric's operation; of all operations together, side by side, where it names none. */
function windowsOf(
  byOperation: ReadonlyMap<string, readonly RunWindow[]>,
  { operation }: Metric,
): readonly RunWindow[] {
  if (operation !== null) return byOperation.get(operation) ?? [];
  const [first = [], ...rest] = byOperation.values();
  return first.map((window, index) => ({
    seconds: window.seconds,
    counts: [window, ...rest.flatMap((list) => list[index] ?? [])].flatMap(({ counts }) => counts),
  }));
}

async function readConfiguration(file: string, duration: string | undefined) {
  return { file, ...(await prepareRun(file, duration === undefined ? {} : { duration })) };
}

function report(comparison: Comparison, { json }: CompareArguments): number {
  console.log(json ? JSON.stringify(comparison, null, 2) : comparisonText(comparison));
  const isWorse = comparison.sides.some(({ metrics }) => metrics.some(({ finding }) => finding === 'worse'));
  return isWorse ? thresholdExitCode : 0;
}

function readSettings(given: CompareArguments) {
  const problems: ConfigurationProblem[] = [];
  if (given.sides.length < 2)
    problems.push({ path: 'compare', message: 'name two sides at least, for example results/a results/b' });
  const metrics = given.metric.flatMap((text) => {
    const metric = parseMetric(text);
    if (typeof metric !== 'string') return [metric];
    problems.push({ path: '--metric', message: metric });
    return [];
  });
  const whole = (text: string, flag: string, least: number): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least || number > 1000)
      problems.push({ path: flag, message: `"${text}" is not a whole number from ${least} to 1000` });
    return number;
  };
  const pairs = whole(given.pairs, '--pairs', 2);
  const noisePairs = whole(given.noisePairs, '--noise-pairs', 0);
  const confidence = Number(given.confidence);
  if (!(confidence >= 0.5 && confidence < 1))
    problems.push({
      path: '--confidence',
      message: `"${given.confidence}" is not from 0.5 to below 1; for example 0.95`,
    });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { metrics, pairs, noisePairs, confidence };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
