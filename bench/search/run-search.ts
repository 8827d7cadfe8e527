// Carries a search out: a run for each trial, a list of trials on disk after each, so that a search that was
// interrupted goes on where it was.
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results, ThresholdOutcome } from '../../results/schema.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { parseThreshold, unitOf } from '../metrics/index.js';
import { busyShareMax, limitedShareMax } from '../run/verdict.js';
import { type Capacity, capacityOf } from './capacity.js';
import { nextStep, type SearchSettings, type Step } from './next-step.js';
import { servedShareMin, type Trial } from './trial.js';

export interface SearchReport {
  readonly slo: readonly string[];
  readonly settings: SearchSettings;
  readonly confidence: number;
  /** Tells one workload from another, so that trials of two are never mixed. */
  readonly workload: string;
  readonly trials: readonly Trial[];
  /** How it ended; undefined while it goes on. */
  readonly end?: Exclude<Step, { kind: 'try' }>;
  readonly capacity?: Capacity;
}

export interface SearchOptions {
  readonly folder: string;
  readonly start: Omit<SearchReport, 'trials' | 'end' | 'capacity'>;
  /** One run at a rate; undefined when it was interrupted. */
  runAt(rate: number): Promise<{ results: Results; folder: string } | undefined>;
  onTrial(trial: Trial, trials: readonly Trial[]): void;
}

const reportFile = 'search.json';

/** Goes on with the trials in the folder, if there are any. Undefined when it was interrupted. */
export async function runSearch(options: SearchOptions): Promise<SearchReport | undefined> {
  const { folder, start, runAt, onTrial } = options;
  const trials = [...(await earlierTrials(folder, start))];
  for (;;) {
    const step = nextStep(trials, start.settings);
    if (step.kind !== 'try') {
      const capacity = capacityOf(trials, start.confidence);
      const report = { ...start, trials, end: step, ...(capacity === undefined ? {} : { capacity }) };
      await save(folder, report);
      return report;
    }
    const outcome = await runAt(step.rate);
    if (outcome === undefined) return undefined;
    const trial = trialOf(step.rate, outcome.results, outcome.folder);
    trials.push(trial);
    onTrial(trial, trials);
    await save(folder, { ...start, trials });
  }
}

function trialOf(rate: number, results: Results, folder: string): Trial {
  const { total, thresholds = [], generator, schedule } = results;
  const reasons = thresholds
    .filter(({ passed }) => !passed)
    .map(({ threshold, measured }) => `${threshold}: ${measured}`);
  if (total.opsPerSecond < servedShareMin * rate)
    reasons.push(`of ${rate} ops/s only ${Math.round(total.opsPerSecond)} were served`);
  return {
    rate,
    achieved: total.opsPerSecond,
    passed: reasons.length === 0,
    reasons,
    p50Ms: total.responseTimeMs?.p50 ?? null,
    p99Ms: total.responseTimeMs?.p99 ?? null,
    levels: thresholds.flatMap(levelOf),
    // A full house of workers is what an overload looks like; only a busy thread is the generator's own limit.
    generatorBound: generator.loadThreadUtilization > busyShareMax,
    workersBusy: (schedule?.limitedShare ?? 0) > limitedShareMax,
    folder,
  };
}

/** A bound on a latency, with what was measured; nothing for bounds on rates and errors. */
function levelOf({ threshold, value }: ThresholdOutcome): Trial['levels'] {
  const parsed = parseThreshold(threshold);
  if (typeof parsed === 'string' || unitOf(parsed.metric.statistic) !== 'ms') return [];
  return [{ metric: parsed.metric.name, valueMs: value, boundMs: parsed.bound }];
}

async function earlierTrials(folder: string, start: SearchOptions['start']): Promise<readonly Trial[]> {
  const path = join(folder, reportFile);
  if (!existsSync(path)) return [];
  const earlier = JSON.parse(await readFile(path, 'utf8')) as SearchReport;
  const isSame = earlier.workload === start.workload && earlier.slo.join() === start.slo.join();
  if (isSame) return earlier.trials;
  const message = `${path} is of another workload or SLO; use another folder, or the same flags as before`;
  throw new ConfigurationError([{ path: '--resume', message }]);
}

async function save(folder: string, report: SearchReport): Promise<void> {
  const path = join(folder, reportFile);
  await writeFile(`${path}.new`, `${JSON.stringify(report, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
