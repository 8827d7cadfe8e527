// What the operations of plain drivers tell the recorder of a verified run: each that is one by itself, and each step of
// those that have steps. What has taken too long is noted at once as of unknown effect, and not again when it ends.
import { crash, driverBug, isOutcome } from './driver-outcome.js';
import type { LoadClock } from './load-clock.js';
import type { AttemptEnd, OperationRecorder } from './operation-recorder.js';
import type { Workload } from './workload.js';

/** A worker that is at no step: between two of them, or it waits. */
const atNone = -1;

export class PromiseVerifier {
  readonly #recorder: OperationRecorder;
  readonly #workload: Workload;
  readonly #clock: LoadClock;
  /** By worker: the driver's operation that its present step is, and when that was begun. */
  readonly #stepOperation: number[] = [];
  readonly #stepCallUs: number[] = [];

  constructor(parts: { recorder: OperationRecorder; workload: Workload; clock: LoadClock }) {
    this.#recorder = parts.recorder;
    this.#workload = parts.workload;
    this.#clock = parts.clock;
  }

  prepare(worker: number, operation: number): void {
    this.#recorder.prepare(worker, operation, this.#workload.keyIntegers[worker]!);
  }

  /** Runs one step and notes how it ended, unless `isExpired` then; what it throws is an outcome as well. */
  async step(
    worker: number,
    operation: number,
    run: () => unknown,
    isExpired: () => boolean,
  ): Promise<unknown> {
    this.prepare(worker, operation);
    const callUs = this.#clock.nowUs();
    this.#stepOperation[worker] = operation;
    this.#stepCallUs[worker] = callUs;
    let returned: unknown;
    try {
      returned = await run();
    } catch (error) {
      returned = crash(error);
    }
    this.#stepOperation[worker] = atNone;
    if (!isExpired()) this.ended(worker, operation, returned, { callUs, returnUs: this.#clock.nowUs() });
    return returned;
  }

  ended(
    worker: number,
    operation: number,
    returned: unknown,
    times: { callUs: number; returnUs: number },
  ): void {
    const outcome = isOutcome(returned) ? returned : driverBug(returned);
    let end: AttemptEnd = 'unknown';
    if (outcome.kind === 'ok') {
      const { value } = outcome;
      if (value !== undefined) this.#recorder.saw(worker, value, 0, value.length);
      end = 'ok';
    } else if (outcome.kind === 'missing') end = 'missing';
    else if (outcome.kind === 'failed' && outcome.code === 'own_put_missing') end = 'missing';
    else if (outcome.kind === 'failed' && outcome.definite === true) end = 'no effect';
    this.#recorder.ended(worker, operation, times, end);
  }

  /** The operation of the mix, begun at `startedUs`, has taken too long. */
  expired(worker: number, operation: number, startedUs: number): void {
    const returnUs = Number.POSITIVE_INFINITY;
    if (this.#workload.steps[operation] === undefined) {
      this.#recorder.ended(worker, operation, { callUs: startedUs, returnUs }, 'unknown');
      return;
    }
    const step = this.#stepOperation[worker] ?? atNone;
    const callUs = this.#stepCallUs[worker]!;
    if (step !== atNone) this.#recorder.ended(worker, step, { callUs, returnUs }, 'unknown');
  }
}
