// A load thread: opens the driver for its workers, waits for the start, runs the loop, reports windows.
// It knows nothing of files, charts or the terminal; all that it has to say it posts to the main thread.
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { Driver, DriverOptions, Session } from '../driver.js';
import { SliceCounts } from '../faults/index.js';
import { loadDriver } from './find-driver.js';
import { loadGeneratorResources, resourcesOfPlan } from './generator-resources.js';
import { LoadClock } from './load-clock.js';
import type { LoopEnd } from './load-loop.js';
import type { FromLoadThread, LoadPlan, ToLoadThread } from './load-plan.js';
import { createDispatch, ScheduleMeter } from './loop-pace.js';
import { OperationRecorder } from './operation-recorder.js';
import { PromiseLoop } from './promise-loop.js';
import { SequenceProgress } from './sequence-progress.js';
import { ThreadProbe } from './thread-probe.js';
import { TicketedLoop } from './ticketed-loop.js';
import { WindowRecorder } from './window-recorder.js';
import { workerOptions } from './worker-options.js';
import { Workload } from './workload.js';

/** A loop whose driver is open. */
interface OpenLoop {
  begin(): void;
  stop(): void;
  close(): Promise<void>;
  /** Microseconds that the thread was busy with nothing but waiting. */
  waitedUs(): number;
}

const plan = workerData as LoadPlan;
const port = parentPort!;
const clock = new LoadClock();
const probe = new ThreadProbe();
/** A session that does not close within this time is left to the end of the process. */
const closeTimeoutMs = 2000;
let opened: OpenLoop | undefined;
let verifier: OperationRecorder | undefined;
let progress: SequenceProgress | undefined;
let isStopped = false;
let utilizationAtStart: EventLoopUtilization;

function post(message: FromLoadThread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

port.on('message', (message: ToLoadThread) => {
  if (message.kind === 'stop') {
    isStopped = true;
    opened?.stop();
    return;
  }
  clock.startAt(message.atEpochMs);
  const waitMs = Math.max(0, -clock.nowUs() / 1000);
  setTimeout(() => {
    utilizationAtStart = performance.eventLoopUtilization();
    probe.start();
    opened!.begin();
    if (isStopped) opened!.stop();
  }, waitMs);
});

try {
  opened = await openLoop(await loadDriver(plan.driver));
  post({ kind: 'ready' });
} catch (error) {
  post({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  port.close();
}

async function openLoop(driver: Driver): Promise<OpenLoop> {
  const resources = await loadGeneratorResources(resourcesOfPlan(plan));
  if (plan.sequentialIntStateDir !== undefined)
    progress = new SequenceProgress(plan.sequentialIntStateDir, plan.workerIds);
  const workload = new Workload(plan, { ...resources, progress: progress?.workers });
  if (plan.verify !== undefined) {
    verifier = new OperationRecorder({
      plan,
      workload,
      clock,
      post: (report) => post({ kind: 'operations', ...report }, [report.records.buffer as ArrayBuffer]),
    });
  }
  const isOpen = plan.mode.kind === 'rate';
  const measuredUs = { from: plan.warmUpMs * 1000, to: (plan.warmUpMs + plan.durationMs) * 1000 };
  const dispatch = createDispatch(plan, workload, (operation, dueUs) => recorder.dropped(operation, dueUs));
  let endUs = (): number => Number.POSITIVE_INFINITY;
  const meter =
    dispatch === undefined || !isOpen ? undefined : new ScheduleMeter(dispatch, measuredUs, () => endUs());
  const recorder = new WindowRecorder({
    operations: plan.operations.length,
    reportIntervalMs: plan.reportIntervalMs,
    hasService: isOpen || plan.retries.max > 0,
    hasLag: isOpen,
    measuredUs: plan.warmUpMs > 0 || plan.coolDownMs > 0 ? measuredUs : null,
    raw: plan.raw,
    report: (window) => {
      verifier?.flush();
      post(window);
    },
    reportSamples: (samples) => post({ kind: 'samples', samples }, [samples.buffer as ArrayBuffer]),
    startEpochMs: () => clock.startEpochMs,
    takeSchedule: (nowUs) => meter?.take(nowUs) ?? null,
    takeThread: () => probe.take(),
    slices: plan.countsSlices === true ? new SliceCounts() : undefined,
  });
  const driverOptions: DriverOptions = {
    endpoints: plan.endpoints,
    connections: plan.connections,
    timeoutMs: plan.timeoutMs,
    concurrentWorkers: plan.concurrentWorkers,
    isBundled: plan.isBundled,
    settings: plan.driverOptions,
  };
  const common = {
    plan,
    clock,
    recorder,
    workload,
    dispatch,
    verifier,
    onEnd: (end: LoopEnd) => void finish(end),
  };
  if (driver.openTicketed !== undefined) {
    const loop = new TicketedLoop({ ...common, driverOptions });
    endUs = () => loop.endUs;
    const session = await driver.openTicketed(loop);
    return {
      begin: () => loop.begin(session),
      stop: () => loop.stop(),
      close: () => session.close(),
      waitedUs: () => loop.waitedUs,
    };
  }
  const sessions = await openSessions(driver, driverOptions, workload);
  const loop = new PromiseLoop(common);
  endUs = () => loop.endUs;
  return {
    begin: () => loop.begin(sessions),
    stop: () => loop.stop(),
    close: async () => {
      await Promise.allSettled(sessions.map((session) => session.close?.()));
    },
    waitedUs: () => loop.waitedUs,
  };
}

/** Opens the workers' sessions side by side; closes those that opened when one of them fails. */
async function openSessions(driver: Driver, options: DriverOptions, workload: Workload): Promise<Session[]> {
  const attempts = await Promise.allSettled(
    plan.workerIds.map(async (id, worker) =>
      driver.open!(id, workerOptions(options, workload, worker, verifier)),
    ),
  );
  const failed = attempts.find((attempt) => attempt.status === 'rejected');
  const sessions = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  if (failed === undefined) return sessions;
  await Promise.allSettled(sessions.map((session) => session.close?.()));
  throw failed.reason;
}

async function finish(end: LoopEnd): Promise<void> {
  probe.stop();
  const { active, idle } = performance.eventLoopUtilization(utilizationAtStart);
  // Waiting without sleeping looks like work to the event loop.
  const workedMs = Math.max(0, active - opened!.waitedUs() / 1000);
  progress?.close();
  verifier?.flush();
  const patience = setTimeout(() => process.exit(), closeTimeoutMs);
  post({ kind: 'finished', end, busyShare: active + idle > 0 ? workedMs / (active + idle) : 0 });
  await opened!.close().catch(() => {});
  clearTimeout(patience);
  port.close();
}
