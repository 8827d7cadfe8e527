// One run from plan to files: cluster, load threads, collecting, writing, charts. Whatever way it ends, the
// servers that it started are gone and the files are complete for what was measured.
import type { Results } from '../../results/schema.js';
import type { BenchPlan } from '../config/bench-plan.js';
import { describeLoad } from '../config/describe-load.js';
import { workloadHash } from '../config/workload-hash.js';
import { withThresholds } from '../metrics/index.js';
import { type Measurement, writeFaultsFile, writeViolationsFile } from '../output/index.js';
import { LiveSinks } from '../sinks/index.js';
import type { BundledCluster } from './bundled-cluster.js';
import { checkWorkload } from './check-workload.js';
import { performOnCluster } from './cluster-faults.js';
import { drawCharts } from './draw-charts.js';
import { performCommand } from './fault-command.js';
import { FaultRunner } from './fault-runner.js';
import type { FoundDriver } from './find-driver.js';
import { startLiveView } from './live-view.js';
import { plannedMs } from './load-plan.js';
import { LoadThreads } from './load-threads.js';
import { preloadStore } from './preload.js';
import { ResourceProbe } from './resource-probe.js';
import { RunCollector } from './run-collector.js';
import { RunFiles } from './run-files.js';
import { resultsOf } from './run-results.js';
import { RunVerification } from './run-verification.js';
import { ServerMetricsProbe } from './server-metrics-probe.js';

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

/**
 * Runs the plan. Undefined when it was interrupted before anything was measured. Rejects with an Error whose
 * `exitCode` says whether the store refused (3) or a load thread died (2); files and servers are in order then too.
 */
export async function runBench(options: RunBenchOptions): Promise<RunOutcome | undefined> {
  const { plan, signal, note } = options;
  // The keys of a trace are bytes, whatever its generators would have drawn.
  if (plan.trace !== undefined && plan.verify !== undefined) plan.verify.keysAreBytes = true;
  await RunFiles.check(plan);
  const digests = await checkWorkload(plan);
  let cluster: BundledCluster | undefined;
  try {
    if (plan.cluster !== undefined) {
      note(`Starting ${plan.cluster.nodes === 1 ? 'one server' : `${plan.cluster.nodes} servers`} ...`);
      const { startBundledCluster } = await import('./bundled-cluster.js');
      const { cluster: planned, faults } = plan;
      cluster = await startBundledCluster({ cluster: planned, faults }, (name) =>
        note(`Server ${name} has ended.`),
      );
    }
    if (signal.aborted) return undefined;
    const endpoints = cluster?.endpoints ?? plan.endpoints;
    await preloadStore({ plan: { ...plan, endpoints }, driver: options.found.reference, signal, note });
    if (signal.aborted) return undefined;
    const hash = workloadHash(plan, digests);
    return await measure({ ...options, plan: { ...plan, endpoints } }, hash, cluster);
  } finally {
    await cluster?.stop();
  }
}

async function measure(
  options: RunBenchOptions,
  hash: string,
  cluster: BundledCluster | undefined,
): Promise<RunOutcome | undefined> {
  const { plan, found, signal, note, live } = options;
  let files: RunFiles | undefined;
  let collector: RunCollector | undefined;
  let servers: ServerMetricsProbe | undefined;
  let faults: FaultRunner | undefined;
  let sinks: LiveSinks | undefined;
  const verification = plan.verify && new RunVerification(plan.verify);
  const threads = new LoadThreads(plan, found.reference, {
    onOperations: (report) => verification?.add(report),
    onWindow: (thread, window) => collector!.add(thread, window),
    onSamples: (samples) => files!.samples(samples),
  });
  const stop = (): void => threads.stop();
  try {
    await threads.ready();
    if (signal.aborted) return undefined;
    files = await RunFiles.create(plan);
    sinks = await LiveSinks.open(plan.sinks, { id: files.id, driver: plan.driver }, note);
    if (signal.aborted) return undefined;
    collector = new RunCollector(plan, files, sinks);
    const description = cluster?.description ?? describeTarget(plan);
    note(`${describeLoad(plan)} on ${description}`);
    const onSample = (measurements: readonly Measurement[]): void => files!.measurements(measurements);
    const probe = new ResourceProbe({ intervalMs: plan.reportIntervalMs, onSample });
    servers = new ServerMetricsProbe({
      urls: plan.serverMetrics,
      intervalMs: plan.reportIntervalMs,
      onSample,
      note,
    });
    const { folder } = files;
    faults = new FaultRunner({
      faults: plan.faults,
      actions: {
        perform: (fault, number) =>
          fault.kind === 'command'
            ? performCommand(fault, number, folder)
            : performOnCluster(cluster!, fault),
      },
      note,
    });
    signal.addEventListener('abort', stop, { once: true });
    const startedAtMs = threads.start();
    const startedMs = startedAtMs - performance.timeOrigin;
    verification?.begin(startedMs - performance.now());
    probe.start(startedMs);
    servers.start(startedMs);
    faults.begin(startedMs);
    files.begin(startedAtMs);
    collector.begin(startedMs);
    const view = live === undefined ? undefined : startLiveView(live, () => collector!.liveState());
    const ends = await threads.finished().finally(() => {
      view?.end();
      collector!.flush();
    });
    const resources = probe.stop();
    const faultOutcomes = await faults.end();
    if (verification !== undefined && !signal.aborted) {
      note('Reading again what was written ...');
      await verification.audit(plan, found, startedAtMs);
    }
    await cluster?.stop();
    servers.stop();
    const verified = verification?.finish();
    if (verified !== undefined) writeViolationsFile(files.folder, verified.violations);
    const measured = resultsOf({
      id: files.id,
      plan,
      hash,
      isInterrupted: signal.aborted && collector.endMs < plannedMs(plan),
      description,
      serversLost: cluster?.lost ?? [],
      faultOutcomes,
      collector,
      ends,
      resources,
      startedAtMs,
      verification: verified?.verification,
    });
    const results = withThresholds(measured, plan.thresholds);
    writeFaultsFile(files.folder, results.faults ?? []);
    await sinks.end(results);
    if (!sinks.isEmpty) results.sinks = sinks.outcomes();
    await files.finish(results, collector.totals.percentiles());
    if (options.charts) await draw(files.folder, signal, note);
    return { results, folder: files.folder };
  } finally {
    signal.removeEventListener('abort', stop);
    servers?.stop();
    await sinks?.end(undefined);
    await faults?.end();
    await threads.terminate();
    await files?.close();
  }
}

async function draw(folder: string, signal: AbortSignal, note: (line: string) => void): Promise<void> {
  note(
    signal.aborted
      ? 'Interrupted; drawing charts of what was measured (Ctrl-C again to skip) ...'
      : 'Drawing charts ...',
  );
  await drawCharts(folder, () => {});
}

function describeTarget(plan: BenchPlan): string {
  const where = plan.endpoints.map(({ host, port }) => `${host}:${port}`).join(', ');
  return where === '' ? `driver ${plan.driver}` : `driver ${plan.driver} at ${where}`;
}
