// Loads the store before the run: one put under each of a sequence's keys, by as many workers as keep it busy, not
// measured. What the run then reads is there; a load that failed in part ends the run before it began.
import type { BenchPlan } from '../config/bench-plan.js';
import type { LoadPlan } from './load-plan.js';
import { LoadThreads } from './load-threads.js';
import { formatCount } from './number-format.js';

/** Workers of a load at least: a store is loaded faster when it is not waited for record by record. */
const workersMin = 64;
/** Longer than any load; it ends when the keys do. */
const durationMs = 7 * 24 * 3_600_000;

export class PreloadError extends Error {
  override readonly name = 'PreloadError';
  readonly exitCode = 3;
}

export interface PreloadOptions {
  plan: BenchPlan;
  driver: LoadPlan['driver'];
  signal: AbortSignal;
  note(line: string): void;
}

/** Resolves when every record is there or the signal was aborted; rejects with PreloadError when one is not. */
export async function preloadStore({ plan, driver, signal, note }: PreloadOptions): Promise<void> {
  const { preload } = plan;
  if (preload === undefined) return;
  note('Loading ...');
  let loaded = 0;
  let failed = 0;
  let example = '';
  const loadPlan: BenchPlan = {
    ...plan,
    ...preload,
    operations: [{ name: 'put', weight: 1 }],
    mode: { kind: 'max', thinkTime: null },
    warmUpMs: 0,
    coolDownMs: 0,
    operationsMax: Number.POSITIVE_INFINITY,
    concurrentWorkers: Math.max(workersMin, plan.concurrentWorkers),
    sequentialIntStateDir: undefined,
    durationMs,
    shutdownOnError: true,
    raw: false,
  };
  const threads = new LoadThreads(loadPlan, driver, {
    onWindow: (_thread, { measured: { operations, errors } }) => {
      loaded += operations[0]!.ok;
      failed += operations[0]!.failed;
      for (const error of errors) example = `${error.code}: ${error.example}`;
    },
    onSamples: () => {},
  });
  const stop = (): void => threads.stop();
  try {
    await threads.ready();
    signal.addEventListener('abort', stop, { once: true });
    const startedMs = performance.now();
    threads.start();
    await threads.finished();
    if (failed > 0) {
      throw new PreloadError(
        `the load failed after ${formatCount(loaded)} records (${example}); nothing was measured`,
      );
    }
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    if (!signal.aborted) note(`Loaded ${formatCount(loaded)} records in ${seconds} s.`);
  } finally {
    signal.removeEventListener('abort', stop);
    await threads.terminate();
  }
}
