// The closed loop for drivers with the plain contract: each worker awaits its operation and starts the next.
// A driver's mistakes (throwing, returning something else than an outcome, never settling) are counted as
// failures of that operation; the run goes on.
import type { DrawKey, DrawValue, DriverOptions, Outcome, Session, WorkerOptions } from '../driver.js';
import { exhausted } from '../generators/index.js';
import { LoadLoop, type LoadLoopOptions } from './load-loop.js';
import type { WindowRecorder } from './window-recorder.js';
import type { Workload, WorkloadStep } from './workload.js';

/** Operations that end without waiting, between two turns of the event loop. */
const syncOperationsPerTurn = 256;

export interface PromiseLoopOptions extends LoadLoopOptions {
  workload: Workload;
}

export class PromiseLoop {
  readonly #options: PromiseLoopOptions;
  readonly #loop: LoadLoop;
  readonly #recorder: WindowRecorder;
  readonly #workload: Workload;
  readonly #timedOut: number;
  /** The number of the operation that each worker has in flight; an answer to an earlier one is too late. */
  readonly #attempt: Int32Array;
  #working = 0;

  constructor(options: PromiseLoopOptions) {
    this.#options = options;
    this.#recorder = options.recorder;
    this.#workload = options.workload;
    this.#attempt = new Int32Array(options.plan.workerIds.length);
    this.#timedOut = this.#recorder.failure(
      'timeout',
      false,
      `no answer within ${options.plan.timeoutMs} ms`,
    );
    this.#loop = new LoadLoop(options, (worker) => this.#expire(worker));
  }

  begin(sessions: readonly Session[]): void {
    this.#loop.begin();
    this.#working = sessions.length;
    sessions.forEach((session, worker) => void this.#work(session, worker));
  }

  stop(): void {
    this.#loop.stop('completed');
  }

  async #work(session: Session, worker: number): Promise<void> {
    const loop = this.#loop;
    let syncOperations = 0;
    while (!loop.isEnding) {
      const operation = this.#workload.draw(worker);
      if (operation === exhausted) break;
      const { name } = this.#workload.operations[operation]!;
      const steps = this.#workload.steps[operation];
      const { drawKey, drawValue } = this.#draws(worker);
      const attempt = ++this.#attempt[worker]!;
      loop.inFlight++;
      const startedUs = this.#options.clock.nowUs();
      loop.startedUs[worker] = startedUs;
      let returned: unknown;
      try {
        returned =
          steps === undefined
            ? session.run(name, drawKey, drawValue)
            : this.#runSteps(session, steps, { drawKey, drawValue });
        if (isThenable(returned)) {
          syncOperations = 0;
          returned = await returned;
        } else {
          syncOperations++;
        }
      } catch (error) {
        returned = crash(error);
      }
      loop.readClock();
      // After a timeout the operation has been counted already, and `expire` has taken it out of flight.
      if (this.#attempt[worker] === attempt && loop.startedUs[worker] === startedUs) {
        loop.startedUs[worker] = Number.POSITIVE_INFINITY;
        loop.inFlight--;
        if (this.#record(operation, returned, loop.nowUs - startedUs)) break;
      }
      if (syncOperations >= syncOperationsPerTurn) {
        syncOperations = 0;
        await new Promise<void>((resolve) => setImmediate(resolve));
        loop.readClock();
      }
    }
    this.#working--;
    if (this.#working === 0) loop.stop('all-workers-stopped');
    if (loop.isEnding) loop.finishWhenIdle();
  }

  /** The steps of one operation on one key; the first that neither succeeds nor finds nothing is the last. */
  async #runSteps(
    session: Session,
    steps: readonly WorkloadStep[],
    { drawKey, drawValue }: { drawKey: DrawKey; drawValue: DrawValue },
  ): Promise<unknown> {
    const key = drawKey();
    let outcome: unknown;
    for (const step of steps) {
      if ('waitMs' in step) {
        await new Promise<void>((resolve) => setTimeout(resolve, step.waitMs));
        continue;
      }
      const { name } = this.#workload.operations[step.operation]!;
      outcome = await session.run(name, () => key, drawValue);
      if (!isOutcome(outcome) || !['ok', 'missing'].includes(outcome.kind)) return outcome;
    }
    return outcome;
  }

  /** Counts an outcome; true when the worker is to stop. */
  #record(operation: number, returned: unknown, elapsedUs: number): boolean {
    const outcome = isOutcome(returned) ? returned : driverBug(returned);
    const recorder = this.#recorder;
    switch (outcome.kind) {
      case 'ok':
        recorder.ok(operation, outcome.units ?? 1, elapsedUs, this.#loop.nowUs);
        return false;
      case 'missing':
        recorder.ok(operation, 1, elapsedUs, this.#loop.nowUs);
        recorder.missing(operation);
        return false;
      case 'failed': {
        const { code, definite = false, message = code } = outcome;
        recorder.failed(operation, recorder.failure(code, definite, message));
        this.#loop.failed(code === 'crash');
        return false;
      }
      case 'silent':
        return false;
      case 'stop':
        return true;
    }
  }

  #expire(worker: number): void {
    this.#loop.startedUs[worker] = Number.POSITIVE_INFINITY;
    this.#loop.inFlight--;
    this.#recorder.failed(this.#workload.operation[worker]!, this.#timedOut);
    this.#loop.failed(false);
  }

  /** The first key and value that a driver asks for were drawn before the clock started. */
  #draws(worker: number): { drawKey: () => number | Buffer; drawValue: () => Buffer } {
    const workload = this.#workload;
    let keyTaken = false;
    let valueTaken = false;
    return {
      drawKey: () => {
        if (keyTaken) return workload.drawKey(worker);
        keyTaken = true;
        return workload.key(worker);
      },
      drawValue: () => {
        if (valueTaken) return workload.drawValue(worker);
        valueTaken = true;
        return workload.value(worker);
      },
    };
  }
}

/** What worker number `worker` (from 0, in this thread) is told when it opens. */
export function workerOptions(options: DriverOptions, workload: Workload, worker: number): WorkerOptions {
  return {
    ...options,
    ownPuts: {
      add: (key) => workload.addOwn(worker, key),
      pick: () => workload.pickOwn(worker),
    },
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  const outcome = value as { kind?: unknown; code?: unknown; units?: unknown };
  switch (outcome.kind) {
    case 'ok':
      return (
        outcome.units === undefined || (Number.isFinite(outcome.units) && (outcome.units as number) >= 0)
      );
    case 'missing':
    case 'silent':
    case 'stop':
      return true;
    case 'failed':
      return typeof outcome.code === 'string' && outcome.code !== '';
    default:
      return false;
  }
}

function driverBug(returned: unknown): Outcome {
  const message = `the driver returned ${JSON.stringify(returned) ?? String(returned)}, which is no outcome`;
  return { kind: 'failed', code: 'driver_bug', definite: false, message };
}

function crash(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: 'crash', definite: false, message };
}
