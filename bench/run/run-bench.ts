// One run from plan to files: cluster, load threads, collecting, writing, charts. Whatever way it ends, the
// servers that it started are gone and the files are complete for what was measured.

import type { Results, RunEnd } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { resultsFolder } from '../output/index.js';
import { startBundledCluster } from './bundled-cluster.js';
import { drawCharts } from './draw-charts.js';
import type { FoundDriver } from './find-driver.js';
import { type LiveView, startLiveView } from './live-view.js';
import { DriverRefusedError, LoadThreads } from './load-threads.js';
import { ResourceProbe } from './resource-probe.js';
import { RunCollector } from './run-collector.js';

export interface RunBenchOptions {
  plan: BenchPlan;
  found: FoundDriver;
  /** Aborted by the first Ctrl-C: end the run now, keep what was measured. */
  signal: AbortSignal;
  /** Notes about the steps before and after the run, a line each. */
  note(line: string): void;
  /** Where the live view goes; undefined for none. */
  live: NodeJS.WriteStream | undefined;
  charts: boolean;
}

export interface RunOutcome {
  results: Results;
  folder: string;
}

/** Undefined when it was interrupted before anything was measured. Rejects with errors that carry an exitCode. */
export async function runBench(options: RunBenchOptions): Promise<RunOutcome | undefined> {
  const { plan, found, signal, note } = options;
  await using cleanup = new AsyncDisposableStack();
  return undefined;
}
