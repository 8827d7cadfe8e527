// The loop for drivers with the ticketed fast path: no promise, closure or object per operation.
// A ticket is a worker; all that is known of its operation stands in arrays at that index. The clock is
// read once when replies arrive and once before what they set off is sent.
// A worker starts its next operation when the last has ended, or when the dispatch says so (loop-pace.ts).
import {
  type DriverOptions,
  type TicketedContext,
  type TicketedSession,
  ticketFailed,
  ticketMissing,
} from '../driver.js';
import { exhausted } from '../generators/index.js';
import type { Dispatch } from '../schedule/index.js';
import { BusyPoll } from './busy-poll.js';
import { LoadLoop, type LoadLoopOptions } from './load-loop.js';
import { threadOperationsMax } from './load-plan.js';
import { createPacer } from './loop-pace.js';
import type { AttemptEnd, OperationRecorder } from './operation-recorder.js';
import type { Pacer } from './pacer.js';
import type { WindowRecorder } from './window-recorder.js';
import type { Workload, WorkloadStep } from './workload.js';

/**
 * A batch goes out when it holds half of the workers' operations, though more replies are there to be looked at:
 * otherwise store and generator would take turns, each asleep while the other works. That is worth it only for large
 * batches: each costs two system calls and, on both sides, a sleep and a wake-up. Batches of 64 instead of 32 took a
 * sixth of the CPU time off an operation on Redis, and about as much off the throughput of 64 workers.
 */
const batchMin = 64;

export interface TicketedLoopOptions extends LoadLoopOptions {
  workload: Workload;
  driverOptions: DriverOptions;
  /** Who starts what when; undefined where the end of one operation is the start of the next. */
  dispatch: Dispatch | undefined;
  /** Records what is done and seen; undefined when nothing is verified. */
  verifier?: OperationRecorder | undefined;
}

export class TicketedLoop implements TicketedContext {
  readonly options: DriverOptions;
  readonly workers: number;
  readonly operations: TicketedContext['operations'];
  readonly keys: TicketedContext['keys'];
  readonly values: TicketedContext['values'];
  readonly keyIntegers: Float64Array;
  readonly observe: TicketedContext['observe'];
  readonly #verifier: OperationRecorder | undefined;
  readonly #loop: LoadLoop;
  readonly #recorder: WindowRecorder;
  readonly #workload: Workload;
  readonly #clock: LoadLoopOptions['clock'];
  readonly #busyPoll: BusyPoll | undefined;
  readonly #dispatch: Dispatch | undefined;
  readonly #pacer: Pacer | undefined;
  /** The dispatch is a schedule, from whose moments response times count. */
  readonly #isOpen: boolean;
  /** Response times do not count from the send alone. */
  readonly #hasIntended: boolean;
  readonly #intendedUs: Float64Array;
  readonly #eligibleUs: Float64Array;
  readonly #retries: LoadLoopOptions['plan']['retries'];
  /** Attempts that each ticket's operation has failed so far. */
  readonly #attempts: Int32Array;
  /** The worker from whose streams each ticket's operation was drawn. */
  readonly #owner: Int32Array;
  /** Operations that this thread may still start. */
  #toStart: number;
  readonly #expired: Uint8Array;
  /** Tickets submitted since the last flush, whose start time is yet to be taken. */
  readonly #unsent: Int32Array;
  #unsentCount = 0;
  /** Which step each worker's operation is at, and whether it waits for its time; only of those that have steps. */
  readonly #step: Uint8Array;
  readonly #waiting: Uint8Array;
  /** When the present step was begun, of verified operations that have steps. */
  readonly #stepCallUs: Float64Array;
  #hasUnsentSteps = false;
  /** Workers whose keys are used up, and how many they are. */
  readonly #isRetired: Uint8Array;
  #retired = 0;
  readonly #flushAt: number;
  #session: TicketedSession | undefined;
  readonly #remembersPuts: boolean;
  readonly #isPut: Uint8Array;
  readonly #ownMissing: number;
  readonly #timedOut: number;

  constructor(options: TicketedLoopOptions) {
    const { workload, recorder, plan, dispatch, clock, verifier } = options;
    this.#verifier = verifier;
    this.observe = verifier && ((ticket, source, start, end) => verifier.saw(ticket, source, start, end));
    this.options = options.driverOptions;
    this.workers = plan.workerIds.length;
    this.operations = workload.operations;
    this.keys = workload.keys;
    this.values = workload.values;
    this.keyIntegers = workload.keyIntegers;
    this.#workload = workload;
    this.#recorder = recorder;
    this.#clock = clock;
    this.#loop = new LoadLoop(options, {
      expire: (ticket) => this.#expire(ticket),
      drain: () => {
        this.#begin();
        return false;
      },
    });
    this.#dispatch = dispatch;
    if (dispatch !== undefined) {
      this.#pacer = createPacer(plan, clock, () => this.#onDue());
    } else if (plan.busyPoll) {
      this.#busyPoll = new BusyPoll({
        nowUs: () => clock.nowUs(),
        onNextTurn: (callback) => void setImmediate(callback),
      });
    }
    this.#isOpen = plan.mode.kind === 'rate';
    this.#retries = plan.retries;
    this.#hasIntended = this.#isOpen || plan.retries.max > 0;
    this.#intendedUs = new Float64Array(this.workers);
    this.#eligibleUs = new Float64Array(this.workers);
    this.#attempts = new Int32Array(this.workers);
    this.#owner = Int32Array.from({ length: this.workers }, (_, ticket) => ticket);
    // A dispatch has the limit in itself.
    this.#toStart = dispatch === undefined ? threadOperationsMax(plan) : Number.POSITIVE_INFINITY;
    this.#expired = new Uint8Array(this.workers);
    this.#step = new Uint8Array(this.workers);
    this.#waiting = new Uint8Array(this.workers);
    this.#stepCallUs = new Float64Array(this.workers);
    this.#isRetired = new Uint8Array(this.workers);
    this.#flushAt = Math.max(batchMin, Math.ceil(this.workers / 2));
    this.#unsent = new Int32Array(this.workers);
    this.#remembersPuts = workload.remembersPuts;
    this.#isPut = Uint8Array.from(workload.operations, ({ kind }) => (kind === 'put' ? 1 : 0));
    this.#ownMissing = this.failure(
      'own_put_missing',
      true,
      'a worker did not find a key that it had put itself',
    );
    this.#timedOut = this.failure('timeout', false, `no answer within ${plan.timeoutMs} ms`);
  }

  begin(session: TicketedSession): void {
    this.#session = session;
    this.#loop.begin();
    for (let ticket = 0; ticket < this.workers; ticket++) {
      if (this.#dispatch === undefined) this.#start(ticket);
      else this.#dispatch.release(ticket, this.#loop.nowUs);
    }
    this.#begin();
    this.settled();
  }

  /** Microseconds that the thread was busy with nothing but waiting. */
  get waitedUs(): number {
    return (this.#busyPoll?.turnedUs ?? 0) + (this.#pacer?.waitedUs ?? 0);
  }

  get endUs(): number {
    return this.#loop.endUs;
  }

  stop(): void {
    this.#loop.stop('completed');
  }

  failure(code: string, definite: boolean, example: string): number {
    return ticketFailed + this.#recorder.failure(code, definite, example);
  }

  arrived(): void {
    this.#loop.readClock();
    this.#busyPoll?.arrived(this.#loop.nowUs);
    this.#pacer?.interrupted();
  }

  complete(ticket: number, reported: number): void {
    const loop = this.#loop;
    const operation = this.#workload.operation[ticket]!;
    let result = reported;
    const isExpired = this.#expired[ticket] === 1;
    if (isExpired) {
      this.#expired[ticket] = 0;
      result = this.#timedOut;
    }
    if (this.#verifier !== undefined) this.#verify(ticket, operation, result);
    if (!isExpired && result < ticketFailed && this.#hasNextStep(ticket, operation)) return;
    if (result === ticketMissing && this.#workload.isOwn(operation)) result = this.#ownMissing;
    if (result >= ticketFailed && this.#isTriedAgain(ticket, operation, result)) return;
    const serviceUs = loop.nowUs - loop.startedUs[ticket]!;
    const responseUs = this.#hasIntended ? loop.nowUs - this.#intendedUs[ticket]! : serviceUs;
    if (result < ticketFailed) {
      this.#recorder.ok(operation, 1, responseUs, serviceUs, loop.nowUs);
      if (result === ticketMissing) this.#recorder.missing(operation, responseUs, loop.nowUs);
      else if (this.#remembersPuts && this.#isPut[operation] === 1) {
        this.#workload.addOwn(this.#owner[ticket]!, this.keyIntegers[ticket]!);
      }
    } else {
      this.#recorder.failed(operation, result - ticketFailed, responseUs, loop.nowUs);
      loop.failed(false);
    }
    loop.startedUs[ticket] = Number.POSITIVE_INFINITY;
    loop.inFlight--;
    this.#dispatch?.release(ticket, loop.nowUs);
    if (loop.isEnding) loop.finishWhenIdle();
    else if (this.#dispatch === undefined) this.#start(ticket);
    else this.#begin();
  }

  settled(): void {
    if (this.#unsentCount > 0 || this.#hasUnsentSteps) this.#send();
    if (this.#dispatch !== undefined)
      this.#pacer!.arm(this.#loop.isEnding ? Infinity : this.#dispatch.nextUs);
  }

  #send(): void {
    this.#hasUnsentSteps = false;
    const nowUs = this.#clock.nowUs();
    const { startedUs } = this.#loop;
    for (let i = 0; i < this.#unsentCount; i++) startedUs[this.#unsent[i]!] = nowUs;
    if (this.#hasIntended) this.#noteIntended(nowUs);
    this.#unsentCount = 0;
    this.#session!.flush();
    this.#busyPoll?.sent(nowUs, this.#loop.inFlight);
  }

  /** An operation of a closed loop is meant to start when its first attempt is sent. */
  #noteIntended(nowUs: number): void {
    for (let i = 0; i < this.#unsentCount; i++) {
      const ticket = this.#unsent[i]!;
      if (this.#attempts[ticket]! > 0) continue;
      if (this.#isOpen) this.#recorder.lag(nowUs - this.#eligibleUs[ticket]!, this.#intendedUs[ticket]!);
      else this.#intendedUs[ticket] = nowUs;
    }
  }

  #onDue(): void {
    this.#loop.readClock();
    if (this.#loop.isEnding) this.#loop.finishWhenIdle();
    else this.#begin();
    this.settled();
  }

  /** Begins what is due. */
  #begin(): void {
    const dispatch = this.#dispatch;
    if (dispatch === undefined) return;
    const loop = this.#loop;
    for (;;) {
      const ticket = dispatch.take(loop.nowUs, loop.endUs);
      if (ticket < 0) break;
      this.#owner[ticket] = dispatch.owner;
      this.#intendedUs[ticket] = dispatch.intendedUs;
      this.#eligibleUs[ticket] = dispatch.eligibleUs;
      this.#start(ticket);
    }
    const isIdle = loop.inFlight === 0 && dispatch.nextUs === Number.POSITIVE_INFINITY;
    if (isIdle && dispatch.isExhausted) loop.stop('completed');
    else if (loop.isEnding) this.settled();
  }

  #start(ticket: number): void {
    if (this.#toStart <= 0) {
      if (this.#loop.inFlight === 0) this.#loop.stop('completed');
      return;
    }
    const operation = this.#workload.drawTicket(ticket, this.#owner[ticket]!);
    if (operation === exhausted) {
      this.#retire(ticket);
      return;
    }
    this.#toStart--;
    this.#attempts[ticket] = 0;
    this.#loop.inFlight++;
    if (this.#workload.steps[operation] === undefined)
      this.#verifier?.prepare(ticket, operation, this.keyIntegers[ticket]!);
    this.#submit(ticket, operation);
  }

  /** The keys of the worker whose operation `ticket` was to start are used up. */
  #retire(ticket: number): void {
    this.#dispatch?.giveBack(ticket, this.#loop.nowUs);
    const owner = this.#owner[ticket]!;
    if (this.#isRetired[owner] === 1) return;
    this.#isRetired[owner] = 1;
    this.#retired++;
    if (this.#retired === this.workers) this.#loop.stop('all-workers-stopped');
  }

  #verify(ticket: number, operation: number, result: number): void {
    let end: AttemptEnd = 'ok';
    if (result === ticketMissing) end = 'missing';
    else if (result >= ticketFailed)
      end = this.#recorder.isDefinite(result - ticketFailed) ? 'no effect' : 'unknown';
    const { startedUs, nowUs } = this.#loop;
    const step = this.#workload.steps[operation]?.[this.#step[ticket]!];
    if (step === undefined)
      this.#verifier!.ended(ticket, operation, { callUs: startedUs[ticket]!, returnUs: nowUs }, end);
    else if ('operation' in step) {
      const callUs = this.#stepCallUs[ticket]!;
      this.#verifier!.ended(ticket, step.operation, { callUs, returnUs: nowUs }, end);
    }
  }

  #submit(ticket: number, operation: number): void {
    this.#unsent[this.#unsentCount++] = ticket;
    const steps = this.#workload.steps[operation];
    if (steps === undefined) this.#session!.submit(ticket, operation);
    else {
      this.#step[ticket] = 0;
      this.#takeStep(ticket, steps[0]!);
    }
    if (this.#unsentCount >= this.#flushAt) this.settled();
  }

  /** Goes on with the next step of an operation that has steps; false after the last one. */
  #hasNextStep(ticket: number, operation: number): boolean {
    const steps = this.#workload.steps[operation];
    if (steps === undefined) return false;
    const next = ++this.#step[ticket]!;
    if (next >= steps.length) return false;
    this.#takeStep(ticket, steps[next]!);
    return true;
  }

  #takeStep(ticket: number, step: WorkloadStep): void {
    this.#hasUnsentSteps = true;
    if ('operation' in step) {
      if (this.#verifier !== undefined) {
        this.#verifier.prepare(ticket, step.operation, this.keyIntegers[ticket]!);
        this.#stepCallUs[ticket] = this.#clock.nowUs();
      }
      this.#session!.submit(ticket, step.operation);
      return;
    }
    this.#waiting[ticket] = 1;
    setTimeout(() => {
      this.#waiting[ticket] = 0;
      // A wait is never the last step.
      this.#hasNextStep(ticket, this.#workload.operation[ticket]!);
      this.settled();
    }, step.waitMs);
  }

  #isTriedAgain(ticket: number, operation: number, result: number): boolean {
    const { max, on } = this.#retries;
    if (this.#attempts[ticket]! >= max || this.#loop.isEnding || result === this.#ownMissing) return false;
    if (on === 'definite' && !this.#recorder.isDefinite(result - ticketFailed)) return false;
    this.#attempts[ticket]! += 1;
    this.#recorder.retried(operation, this.#intendedUs[ticket]!);
    this.#submit(ticket, operation);
    return true;
  }

  #expire(ticket: number): void {
    if (this.#expired[ticket] === 1 || this.#waiting[ticket] === 1) return;
    this.#expired[ticket] = 1;
    this.#session!.expire(ticket);
  }
}
