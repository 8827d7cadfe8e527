// The load threads seen from the main thread: started together, ready together, ended together.
import { Worker } from 'node:worker_threads';
import type { BenchPlan } from '../config/bench-plan.js';
import type {
  AuditPlan,
  FromLoadThread,
  LoadPlan,
  OperationsReport,
  ToLoadThread,
  WindowReport,
} from './load-plan.js';

/** Workers connect, then the run starts this much later, so that every thread has heard of it. */
const startDelayMs = 25;

/**
 * Garbage of a load thread is collected when it fills a third of this. Nearly nothing survives, so that a collection
 * takes well below a millisecond whatever its size; a higher value makes it rarer and costs as much memory.
 */
const youngGenerationMb = 12;

export interface LoadThreadsEvents {
  onWindow(thread: number, window: WindowReport): void;
  onSamples(samples: Float64Array): void;
  /** Of runs that are verified. */
  onOperations?(report: OperationsReport): void;
}

export type ThreadEnd = Extract<FromLoadThread, { kind: 'finished' }>;

/** The store refused or the driver threw before anything was measured. */
export class DriverRefusedError extends Error {
  override readonly name = 'DriverRefusedError';
  readonly exitCode = 3;
}

/** A load thread died in the middle of the run. */
export class LoadThreadError extends Error {
  override readonly name = 'LoadThreadError';
  readonly exitCode = 2;
}

export class LoadThreads {
  readonly count: number;
  readonly #workers: Worker[];
  readonly #events: LoadThreadsEvents;
  readonly #ready: Promise<unknown>;
  readonly #finished: Promise<ThreadEnd[]>;

  /** With `audit`, its keys are shared out to the threads. */
  constructor(
    plan: BenchPlan,
    driver: LoadPlan['driver'],
    events: LoadThreadsEvents,
    audit?: NonNullable<LoadPlan['audit']>,
  ) {
    this.count = plan.threads;
    this.#events = events;
    this.#workers = shareOut(plan.concurrentWorkers, plan.threads).map((workerIds, thread) => {
      const workerData: LoadPlan = {
        ...loadPlanOf(plan),
        driver,
        workerIds,
        thread,
        ...(audit === undefined
          ? {}
          : { audit: { ...audit, keys: shareOfKeys(audit.keys, thread, plan.threads) } }),
      };
      return new Worker(new URL('./load-thread.js', import.meta.url), {
        workerData,
        resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
        stdout: false,
        stderr: false,
      });
    });
    this.#ready = Promise.all(this.#workers.map((worker) => this.#untilReady(worker)));
    this.#finished = Promise.all(this.#workers.map((worker, thread) => this.#untilFinished(worker, thread)));
    // Both are awaited later; a failure before that must not count as unhandled.
    this.#ready.catch(() => {});
    this.#finished.catch(() => {});
  }

  /** Resolves when all drivers are open; rejects with DriverRefusedError when one is not. */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** Starts all threads at one moment, which it returns: milliseconds since 1970. */
  start(): number {
    const atEpochMs = performance.timeOrigin + performance.now() + startDelayMs;
    this.#post({ kind: 'start', atEpochMs });
    return atEpochMs;
  }

  stop(): void {
    this.#post({ kind: 'stop' });
  }

  /** Resolves when every thread has reported its last window; rejects with LoadThreadError when one dies. */
  finished(): Promise<ThreadEnd[]> {
    return this.#finished;
  }

  async terminate(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #post(message: ToLoadThread): void {
    for (const worker of this.#workers) worker.postMessage(message);
  }

  #untilReady(worker: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromLoadThread) => {
        if (message.kind === 'ready') resolve();
        if (message.kind === 'refused') reject(new DriverRefusedError(message.message));
      });
      worker.once('error', (error) => reject(new DriverRefusedError(error.message)));
      worker.once('exit', () => reject(new DriverRefusedError('a load thread ended before it was ready')));
    });
  }

  #untilFinished(worker: Worker, thread: number): Promise<ThreadEnd> {
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromLoadThread) => {
        if (message.kind === 'window') this.#events.onWindow(thread, message);
        else if (message.kind === 'samples') this.#events.onSamples(message.samples);
        else if (message.kind === 'operations') this.#events.onOperations?.(message);
        else if (message.kind === 'finished') resolve(message);
      });
      worker.once('error', (error) =>
        reject(new LoadThreadError(`load thread ${thread + 1}: ${error.message}`)),
      );
      worker.once('exit', () =>
        reject(new LoadThreadError(`load thread ${thread + 1} ended before the run did`)),
      );
    });
  }
}

function shareOfKeys(keys: AuditPlan['keys'], thread: number, threads: number): AuditPlan['keys'] {
  const isOurs = (_: unknown, at: number): boolean => at % threads === thread;
  return typeof keys[0] === 'number'
    ? (keys as readonly number[]).filter(isOurs)
    : (keys as readonly Uint8Array[]).filter(isOurs);
}

/** Worker numbers 1..workers, in as many lists as there are threads, sizes equal within one. */
function shareOut(workers: number, threads: number): number[][] {
  const lists = Array.from({ length: threads }, (): number[] => []);
  for (let id = 1; id <= workers; id++) lists[(id - 1) % threads]!.push(id);
  return lists;
}

function loadPlanOf(plan: BenchPlan): Omit<LoadPlan, 'driver' | 'workerIds' | 'thread'> {
  const { driver: _name, testDir: _testDir, cluster, thresholds: _thresholds, faults, ...shared } = plan;
  return { ...shared, isBundled: cluster !== undefined, countsSlices: faults.length > 0 };
}
