// The loop for drivers with the plain contract: each worker awaits its operation. It starts the next one then, or
// when the dispatch says so (loop-pace.ts).
// A driver's mistakes (throwing, returning something else than an outcome, never settling) are counted as
// failures of that operation; the run goes on.
import type { DrawKey, DrawValue, Session } from '../driver.js';
import { exhausted } from '../generators/index.js';
import type { Dispatch } from '../schedule/index.js';
import { crash, driverBug, isOutcome, isThenable, kindOf } from './driver-outcome.js';
import { LoadLoop, type LoadLoopOptions } from './load-loop.js';
import { threadOperationsMax } from './load-plan.js';
import { createPacer } from './loop-pace.js';
import type { OperationRecorder } from './operation-recorder.js';
import type { Pacer } from './pacer.js';
import { PromiseVerifier } from './promise-verifier.js';
import type { WindowRecorder } from './window-recorder.js';
import type { Workload, WorkloadStep } from './workload.js';

/** Operations that end without waiting, between two turns of the event loop. */
const syncOperationsPerTurn = 256;

export interface PromiseLoopOptions extends LoadLoopOptions {
  workload: Workload;
  /** Who starts what when; undefined where the end of one operation is the start of the next. */
  dispatch: Dispatch | undefined;
  /** Records what is done and seen; undefined when nothing is verified. */
  verifier?: OperationRecorder | undefined;
}

/** Verification knows of one key and one value of each operation; a driver that draws more is told so. */
const onlyOne = 'with verification, an operation draws only one';

/** What is to follow the end of an attempt. */
type Following = 'next' | 'again' | 'stop';

export class PromiseLoop {
  readonly #options: PromiseLoopOptions;
  readonly #loop: LoadLoop;
  readonly #recorder: WindowRecorder;
  readonly #workload: Workload;
  readonly #dispatch: Dispatch | undefined;
  readonly #pacer: Pacer | undefined;
  readonly #timedOut: number;
  readonly #isOpen: boolean;
  readonly #intendedUs: Float64Array;
  readonly #attempts: Int32Array;
  /** The worker from whose streams each worker's operation was drawn. */
  readonly #owner: Int32Array;
  /** Operations that this thread may still start in a loop without a dispatch, which has the limit in itself. */
  #toStart: number;
  readonly #verifier: PromiseVerifier | undefined;
  #sessions: readonly Session[] = [];
  #working = 0;
  /** Workers whose keys are used up. */
  readonly #exhausted = new Set<number>();
  #isTurnAsked = false;

  constructor(options: PromiseLoopOptions) {
    const { plan, recorder, workload, dispatch, clock } = options;
    this.#options = options;
    this.#recorder = recorder;
    this.#workload = workload;
    this.#dispatch = dispatch;
    this.#isOpen = plan.mode.kind === 'rate';
    this.#intendedUs = new Float64Array(plan.workerIds.length);
    this.#attempts = new Int32Array(plan.workerIds.length);
    const { verifier } = options;
    this.#verifier = verifier && new PromiseVerifier({ recorder: verifier, workload, clock });
    this.#owner = Int32Array.from(plan.workerIds, (_, worker) => worker);
    this.#toStart = threadOperationsMax(plan);
    this.#timedOut = recorder.failure('timeout', false, `no answer within ${plan.timeoutMs} ms`);
    this.#loop = new LoadLoop(options, {
      expire: (worker) => this.#expire(worker),
      drain: () => {
        this.#begin();
        return this.#isTurnAsked;
      },
    });
    if (dispatch !== undefined) this.#pacer = createPacer(plan, clock, () => this.#onDue());
  }

  begin(sessions: readonly Session[]): void {
    this.#loop.begin();
    this.#sessions = sessions;
    this.#working = sessions.length;
    if (this.#dispatch === undefined) {
      for (let worker = 0; worker < sessions.length; worker++) void this.#work(worker);
      return;
    }
    for (let worker = 0; worker < sessions.length; worker++) this.#dispatch.release(worker, this.#loop.nowUs);
    this.#begin();
  }

  get endUs(): number {
    return this.#loop.endUs;
  }

  /** Microseconds that the thread was busy with nothing but waiting. */
  get waitedUs(): number {
    return this.#pacer?.waitedUs ?? 0;
  }

  stop(): void {
    this.#loop.stop('completed');
  }

  /** A worker whose next operation starts when the last has ended. */
  async #work(worker: number): Promise<void> {
    const loop = this.#loop;
    let syncOperations = 0;
    let following: Following = 'next';
    while (following === 'again' || (following === 'next' && !loop.isEnding && this.#toStart > 0)) {
      if (following === 'next') {
        if (!this.#draw(worker, worker)) {
          following = 'stop';
          break;
        }
        this.#toStart--;
      }
      let returned = this.#send(worker);
      if (isThenable(returned)) {
        syncOperations = 0;
        try {
          returned = await returned;
        } catch (error) {
          returned = crash(error);
        }
      } else {
        syncOperations++;
      }
      following = this.#ended(worker, returned);
      if (syncOperations >= syncOperationsPerTurn && following === 'next') {
        syncOperations = 0;
        await new Promise<void>((resolve) => setImmediate(resolve));
        loop.readClock();
      }
    }
    this.#working--;
    if (this.#working === 0) loop.stop(following === 'stop' ? 'all-workers-stopped' : 'completed');
    if (loop.isEnding) loop.finishWhenIdle();
  }

  #onDue(): void {
    this.#loop.readClock();
    if (this.#loop.isEnding) this.#loop.finishWhenIdle();
    else this.#begin();
  }

  /** Begins what is due. */
  #begin(): void {
    const dispatch = this.#dispatch;
    if (dispatch === undefined) return;
    const loop = this.#loop;
    let syncOperations = 0;
    while (syncOperations < syncOperationsPerTurn) {
      const worker = dispatch.take(loop.nowUs, loop.endUs);
      if (worker < 0) break;
      this.#intendedUs[worker] = dispatch.intendedUs;
      if (!this.#draw(worker, dispatch.owner)) {
        this.#exhaust(worker, dispatch.owner);
        continue;
      }
      if (this.#isOpen)
        this.#recorder.lag(this.#options.clock.nowUs() - dispatch.eligibleUs, dispatch.intendedUs);
      if (this.#operate(worker)) syncOperations++;
    }
    if (syncOperations === syncOperationsPerTurn) {
      this.#askForTurn();
      return;
    }
    const isIdle = loop.inFlight === 0 && dispatch.nextUs === Number.POSITIVE_INFINITY;
    if (isIdle && dispatch.isExhausted) loop.stop(this.#working === 0 ? 'all-workers-stopped' : 'completed');
    this.#pacer!.arm(loop.isEnding ? Number.POSITIVE_INFINITY : dispatch.nextUs);
  }

  /** Goes on after the sockets have been looked at. */
  #askForTurn(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    setImmediate(() => {
      this.#isTurnAsked = false;
      this.#onDue();
    });
  }

  /** Runs the operation that was drawn for `worker`; true when it has ended already. */
  #operate(worker: number): boolean {
    for (;;) {
      const returned = this.#send(worker);
      if (isThenable(returned)) {
        void this.#await(worker, returned);
        return false;
      }
      const following = this.#ended(worker, returned);
      if (following === 'again') continue;
      this.#free(worker, following);
      return true;
    }
  }

  async #await(worker: number, pending: PromiseLike<unknown>): Promise<void> {
    let returned: unknown;
    try {
      returned = await pending;
    } catch (error) {
      returned = crash(error);
    }
    const following = this.#ended(worker, returned);
    if (following === 'again') this.#operate(worker);
    else this.#free(worker, following);
    if (this.#loop.isEnding) this.#loop.finishWhenIdle();
    else this.#begin();
  }

  #free(worker: number, following: Following): void {
    if (following !== 'stop') {
      this.#dispatch!.release(worker, this.#loop.nowUs);
      return;
    }
    this.#dispatch!.retire(worker);
    this.#working--;
    if (this.#working === 0) this.#loop.stop('all-workers-stopped');
  }

  /** False when the keys of `owner` are used up. */
  #draw(worker: number, owner: number): boolean {
    this.#owner[worker] = owner;
    this.#attempts[worker] = 0;
    const operation = this.#workload.draw(worker, owner);
    if (operation === exhausted) return false;
    if (this.#workload.steps[operation] === undefined) this.#verifier?.prepare(worker, operation);
    return true;
  }

  #exhaust(worker: number, owner: number): void {
    this.#dispatch!.giveBack(worker, this.#loop.nowUs);
    this.#exhausted.add(owner);
    if (this.#exhausted.size === this.#owner.length) this.#loop.stop('all-workers-stopped');
  }

  /** Calls the driver; gives what it returned, an outcome or the promise of one. */
  #send(worker: number): unknown {
    const loop = this.#loop;
    const { name } = this.#workload.operations[this.#workload.operation[worker]!]!;
    const steps = this.#workload.steps[this.#workload.operation[worker]!];
    const draws = this.#draws(worker);
    loop.inFlight++;
    const startedUs = this.#options.clock.nowUs();
    loop.startedUs[worker] = startedUs;
    if (!this.#isOpen && this.#attempts[worker] === 0) this.#intendedUs[worker] = startedUs;
    try {
      const session = this.#sessions[worker]!;
      return steps === undefined
        ? session.run(name, draws.drawKey, draws.drawValue)
        : this.#runSteps(worker, steps, draws);
    } catch (error) {
      return crash(error);
    }
  }

  /**
   * The steps of one operation on one key; the first that neither succeeds nor finds nothing is the last, and so is the
   * one that took too long.
   */
  async #runSteps(
    worker: number,
    steps: readonly WorkloadStep[],
    { drawKey, drawValue }: { drawKey: DrawKey; drawValue: DrawValue },
  ): Promise<unknown> {
    const key = drawKey();
    const session = this.#sessions[worker]!;
    const isExpired = (): boolean => this.#loop.startedUs[worker] === Number.POSITIVE_INFINITY;
    let outcome: unknown;
    for (const step of steps) {
      if (isExpired()) return outcome;
      if ('waitMs' in step) {
        await new Promise<void>((resolve) => setTimeout(resolve, step.waitMs));
        continue;
      }
      const { name } = this.#workload.operations[step.operation]!;
      const value = this.#verifier === undefined ? drawValue : () => this.#workload.value(worker);
      const run = (): unknown => session.run(name, () => key, value);
      outcome = await (this.#verifier?.step(worker, step.operation, run, isExpired) ?? run());
      if (!isOutcome(outcome) || !['ok', 'missing'].includes(outcome.kind)) return outcome;
    }
    return outcome;
  }

  /** The driver's answer to an attempt is there. */
  #ended(worker: number, returned: unknown): Following {
    const loop = this.#loop;
    loop.readClock();
    this.#pacer?.interrupted();
    const startedUs = loop.startedUs[worker]!;
    // After a timeout the operation has been counted already, and `expire` has taken it out of flight.
    if (startedUs === Number.POSITIVE_INFINITY) return kindOf(returned) === 'stop' ? 'stop' : 'next';
    loop.startedUs[worker] = Number.POSITIVE_INFINITY;
    loop.inFlight--;
    const operation = this.#workload.operation[worker]!;
    if (this.#workload.steps[operation] === undefined)
      this.#verifier?.ended(worker, operation, returned, { callUs: startedUs, returnUs: loop.nowUs });
    return this.#record(worker, returned, loop.nowUs - startedUs);
  }

  #record(worker: number, returned: unknown, serviceUs: number): Following {
    const outcome = isOutcome(returned) ? returned : driverBug(returned);
    const recorder = this.#recorder;
    const operation = this.#workload.operation[worker]!;
    const { nowUs } = this.#loop;
    const responseUs = nowUs - this.#intendedUs[worker]!;
    switch (outcome.kind) {
      case 'ok': {
        const { units = 1, elapsedUs = serviceUs } = outcome;
        // What was waited for before the send stays part of the response time.
        recorder.ok(operation, units, responseUs - serviceUs + elapsedUs, elapsedUs, nowUs);
        return 'next';
      }
      case 'missing':
        recorder.ok(operation, 1, responseUs, serviceUs, nowUs);
        recorder.missing(operation, responseUs, nowUs);
        return 'next';
      case 'failed': {
        const { code, definite = false, message = code } = outcome;
        if (this.#isTriedAgain(worker, definite)) {
          recorder.retried(operation, this.#intendedUs[worker]!);
          return 'again';
        }
        recorder.failed(operation, recorder.failure(code, definite, message), responseUs, nowUs);
        this.#loop.failed(code === 'crash');
        return 'next';
      }
      case 'silent':
        return 'next';
      case 'stop':
        return 'stop';
    }
  }

  #isTriedAgain(worker: number, definite: boolean): boolean {
    const { max, on } = this.#options.plan.retries;
    if (this.#attempts[worker]! >= max || this.#loop.isEnding || (on === 'definite' && !definite))
      return false;
    this.#attempts[worker]! += 1;
    return true;
  }

  /** The worker stays with its operation until the driver answers, but the operation has failed. */
  #expire(worker: number): void {
    const loop = this.#loop;
    const operation = this.#workload.operation[worker]!;
    this.#verifier?.expired(worker, operation, loop.startedUs[worker]!);
    loop.startedUs[worker] = Number.POSITIVE_INFINITY;
    loop.inFlight--;
    const responseUs = loop.nowUs - this.#intendedUs[worker]!;
    this.#recorder.failed(operation, this.#timedOut, responseUs, loop.nowUs);
    loop.failed(false);
  }

  /** The first key and value that a driver asks for were drawn before the clock started. */
  #draws(worker: number): { drawKey: () => number | Buffer; drawValue: () => Buffer } {
    const workload = this.#workload;
    const owner = this.#owner[worker]!;
    const isVerified = this.#verifier !== undefined;
    let keyTaken = false;
    let valueTaken = false;
    return {
      drawKey: () => {
        if (keyTaken && isVerified) throw new Error(`${onlyOne} key`);
        if (keyTaken) return workload.drawKey(worker, owner);
        keyTaken = true;
        return workload.key(worker);
      },
      drawValue: () => {
        if (valueTaken && isVerified) throw new Error(`${onlyOne} value`);
        if (valueTaken) return workload.drawValue(worker, owner);
        valueTaken = true;
        return workload.value(worker);
      },
    };
  }
}
