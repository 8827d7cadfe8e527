// The closed loop for drivers with the ticketed fast path: no promise, closure or object per operation.
// A worker is its ticket; all that is known of its operation stands in arrays at that index. The clock is
// read once when replies arrive and once before what they set off is sent.
import {
  type DriverOptions,
  type TicketedContext,
  type TicketedSession,
  ticketFailed,
  ticketMissing,
} from '../driver.js';
import { exhausted } from '../generators/index.js';
import { BusyPoll } from './busy-poll.js';
import { LoadLoop, type LoadLoopOptions } from './load-loop.js';
import type { WindowRecorder } from './window-recorder.js';
import type { Workload, WorkloadStep } from './workload.js';

/**
 * A batch goes out when it holds half of the workers' operations, though more replies are there to be looked at:
 * otherwise store and generator would take turns, each asleep while the other works. Smaller batches than this
 * are not worth a system call of their own.
 */
const batchMin = 16;

export interface TicketedLoopOptions extends LoadLoopOptions {
  workload: Workload;
  driverOptions: DriverOptions;
}

export class TicketedLoop implements TicketedContext {
  readonly options: DriverOptions;
  readonly workers: number;
  readonly operations: TicketedContext['operations'];
  readonly keys: TicketedContext['keys'];
  readonly values: TicketedContext['values'];
  readonly keyIntegers: Float64Array;
  readonly #loop: LoadLoop;
  readonly #recorder: WindowRecorder;
  readonly #workload: Workload;
  readonly #clock: LoadLoopOptions['clock'];
  readonly #busyPoll: BusyPoll | undefined;
  readonly #expired: Uint8Array;
  /** Tickets submitted since the last flush, whose start time is yet to be taken. */
  readonly #unsent: Int32Array;
  #unsentCount = 0;
  /** Which step each worker's operation is at, and whether it waits for its time; only of those that have steps. */
  readonly #step: Uint8Array;
  readonly #waiting: Uint8Array;
  #hasUnsentSteps = false;
  /** Workers whose keys are used up. */
  #retired = 0;
  readonly #flushAt: number;
  #session: TicketedSession | undefined;
  readonly #remembersPuts: boolean;
  readonly #isPut: Uint8Array;
  readonly #ownMissing: number;
  readonly #timedOut: number;

  constructor(options: TicketedLoopOptions) {
    const { workload, recorder, plan } = options;
    this.options = options.driverOptions;
    this.workers = plan.workerIds.length;
    this.operations = workload.operations;
    this.keys = workload.keys;
    this.values = workload.values;
    this.keyIntegers = workload.keyIntegers;
    this.#workload = workload;
    this.#recorder = recorder;
    this.#clock = options.clock;
    if (plan.busyPoll)
      this.#busyPoll = new BusyPoll({
        nowUs: () => options.clock.nowUs(),
        onNextTurn: (callback) => void setImmediate(callback),
      });
    this.#loop = new LoadLoop(options, (ticket) => this.#expire(ticket));
    this.#expired = new Uint8Array(this.workers);
    this.#step = new Uint8Array(this.workers);
    this.#waiting = new Uint8Array(this.workers);
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
    for (let ticket = 0; ticket < this.workers; ticket++) this.#start(ticket);
    this.settled();
  }

  /** Microseconds that the thread was busy with nothing but waiting. */
  get waitedUs(): number {
    return this.#busyPoll?.turnedUs ?? 0;
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
  }

  complete(ticket: number, reported: number): void {
    const loop = this.#loop;
    const operation = this.#workload.operation[ticket]!;
    let result = reported;
    if (this.#expired[ticket] === 1) {
      this.#expired[ticket] = 0;
      result = this.#timedOut;
    } else if (result < ticketFailed && this.#hasNextStep(ticket, operation)) {
      return;
    } else if (result === ticketMissing && this.#workload.isOwn(operation)) {
      result = this.#ownMissing;
    }
    if (result < ticketFailed) {
      this.#recorder.ok(operation, 1, loop.nowUs - loop.startedUs[ticket]!, loop.nowUs);
      if (result === ticketMissing) this.#recorder.missing(operation);
      else if (this.#remembersPuts && this.#isPut[operation] === 1) {
        this.#workload.addOwn(ticket, this.keyIntegers[ticket]!);
      }
    } else {
      this.#recorder.failed(operation, result - ticketFailed);
      loop.failed(false);
    }
    loop.startedUs[ticket] = Number.POSITIVE_INFINITY;
    loop.inFlight--;
    if (loop.isEnding) loop.finishWhenIdle();
    else this.#start(ticket);
  }

  settled(): void {
    if (this.#unsentCount === 0 && !this.#hasUnsentSteps) return;
    this.#hasUnsentSteps = false;
    const nowUs = this.#clock.nowUs();
    const { startedUs } = this.#loop;
    for (let i = 0; i < this.#unsentCount; i++) startedUs[this.#unsent[i]!] = nowUs;
    this.#unsentCount = 0;
    this.#session!.flush();
    this.#busyPoll?.sent(nowUs, this.#loop.inFlight);
  }

  #start(ticket: number): void {
    const operation = this.#workload.drawTicket(ticket);
    if (operation === exhausted) {
      this.#retired++;
      if (this.#retired === this.workers) this.#loop.stop('all-workers-stopped');
      return;
    }
    this.#loop.inFlight++;
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

  #expire(ticket: number): void {
    if (this.#expired[ticket] === 1 || this.#waiting[ticket] === 1) return;
    this.#expired[ticket] = 1;
    this.#session!.expire(ticket);
  }
}
