// Counts what happens in a load thread and hands it over once per window. Recording an operation touches
// typed arrays only. Windows follow each other without gap or overlap: a window ends at the first reading of
// the clock at or after its boundary, and the next one begins there.
// A window holds what ended in it. To the statistics of the run belongs what was meant to start in the measured
// phase, whenever it ended: a stall at the end of that phase is not lost to the cool-down.
import { failureClasses } from '../../results/failure-classes.js';
import type { SliceCounts } from '../faults/index.js';
import { type ScheduleReport, sampleNumbers, type ThreadReport, type WindowReport } from './load-plan.js';
import { type Failure, failuresMax, SideCounts } from './side-counts.js';

const samplesPerMessage = 4096;

export interface WindowRecorderOptions {
  operations: number;
  reportIntervalMs: number;
  /** Response and service time differ: an open loop, or retries. */
  hasService: boolean;
  /** There is a schedule that a start can lag behind. */
  hasLag: boolean;
  /** The phase that counts; null when that is all of the run. */
  measuredUs: { from: number; to: number } | null;
  raw: boolean;
  report(window: WindowReport): void;
  reportSamples(samples: Float64Array): void;
  /** Milliseconds since 1970 at the start of the run, for samples. */
  startEpochMs(): number;
  /** What became of the schedule since the last call; null in a closed loop. */
  takeSchedule(nowUs: number): ScheduleReport | null;
  takeThread(): ThreadReport;
  /** Of a run with faults. */
  slices?: SliceCounts | undefined;
}

export class WindowRecorder {
  /** When the present window ends, in microseconds since the start. */
  boundaryUs: number;
  readonly #options: WindowRecorderOptions;
  readonly #failures: Failure[] = [];
  readonly #measured: SideCounts;
  readonly #outside: SideCounts | null;
  readonly #hasService: boolean;
  readonly #slices: SliceCounts | undefined;
  /** The measured phase; all of the run where it has no other. */
  readonly #measuredFromUs: number;
  readonly #measuredToUs: number;
  #fromUs = 0;
  #samples: Float64Array;
  #samplesEnd = 0;

  constructor(options: WindowRecorderOptions) {
    const { operations, hasService, hasLag, measuredUs } = options;
    this.#options = options;
    this.boundaryUs = options.reportIntervalMs * 1000;
    const side = { operations, hasService, hasLag, classes: failureClasses, failures: this.#failures };
    this.#measured = new SideCounts(side);
    this.#outside = measuredUs === null ? null : new SideCounts(side);
    this.#hasService = hasService;
    this.#slices = options.slices;
    this.#measuredFromUs = measuredUs?.from ?? Number.NEGATIVE_INFINITY;
    this.#measuredToUs = measuredUs?.to ?? Number.POSITIVE_INFINITY;
    this.#samples = new Float64Array(options.raw ? samplesPerMessage * sampleNumbers : 0);
  }

  /** The index of a kind of failure, registering it the first time. */
  failure(code: string, definite: boolean, example: string): number {
    const known = this.#failures.findIndex((one) => one.code === code && one.definite === definite);
    if (known >= 0) return known;
    if (this.#failures.length < failuresMax - 1) return this.#failures.push({ code, definite, example }) - 1;
    this.#failures[failuresMax - 1] ??= { code: 'other', definite: false, example };
    return failuresMax - 1;
  }

  isDefinite(failure: number): boolean {
    return this.#failures[failure]!.definite;
  }

  /** A successful operation that ended at `nowUs`. */
  ok(operation: number, units: number, responseUs: number, serviceUs: number, nowUs: number): void {
    const side = this.#sideOf(nowUs - responseUs);
    side.response[operation]!.record(responseUs);
    if (this.#hasService) side.service[operation]!.record(serviceUs);
    side.ok[operation]! += 1;
    side.units[operation]! += units;
    if (this.#slices !== undefined) this.#slices.ok(nowUs, responseUs);
    if (this.#samples.length > 0) this.#sample(operation, units, responseUs, nowUs);
  }

  /** Counts a successful read, recorded with `ok`, as one that found nothing. */
  missing(operation: number, responseUs: number, nowUs: number): void {
    this.#sideOf(nowUs - responseUs).missing[operation]! += 1;
  }

  failed(operation: number, failure: number, responseUs: number, nowUs: number): void {
    this.#sideOf(nowUs - responseUs).fail(operation, failure, responseUs);
    if (this.#slices !== undefined) this.#slices.failed(nowUs);
  }

  /** An attempt failed and is made again; the operation was meant to start at `intendedUs`. */
  retried(operation: number, intendedUs: number): void {
    this.#sideOf(intendedUs).retried[operation]! += 1;
  }

  /** An operation that was due at `intendedUs` will never start. */
  dropped(operation: number, intendedUs: number): void {
    this.#sideOf(intendedUs).dropped[operation]! += 1;
  }

  /** An operation that was due at `intendedUs` started this much later than it could have. */
  lag(lagUs: number, intendedUs: number): void {
    this.#sideOf(intendedUs).lag!.record(lagUs);
  }

  /** Ends the present window at `nowUs` and begins the next one. */
  close(nowUs: number, isLast: boolean): void {
    const intervalUs = this.#options.reportIntervalMs * 1000;
    // The last window keeps its number although its end, after what was in flight, is a little later.
    const index = isLast ? Math.round(this.boundaryUs / intervalUs) : Math.floor(nowUs / intervalUs);
    this.#options.report({
      kind: 'window',
      index,
      fromMs: this.#fromUs / 1000,
      toMs: nowUs / 1000,
      isLast,
      // First, since counting the schedule may find that operations were dropped.
      schedule: this.#options.takeSchedule(nowUs),
      measured: this.#measured.take(),
      outside: this.#outside?.take() ?? null,
      slices: this.#slices?.take() ?? null,
      thread: this.#options.takeThread(),
    });
    this.#fromUs = nowUs;
    this.boundaryUs = (Math.floor(nowUs / intervalUs) + 1) * intervalUs;
    this.flushSamples();
  }

  flushSamples(): void {
    if (this.#samplesEnd === 0) return;
    this.#options.reportSamples(this.#samples.slice(0, this.#samplesEnd));
    this.#samplesEnd = 0;
  }

  #sideOf(intendedUs: number): SideCounts {
    const isMeasured = intendedUs >= this.#measuredFromUs && intendedUs < this.#measuredToUs;
    return isMeasured ? this.#measured : this.#outside!;
  }

  #sample(operation: number, units: number, elapsedUs: number, nowUs: number): void {
    const samples = this.#samples;
    let at = this.#samplesEnd;
    samples[at++] = operation;
    samples[at++] = this.#options.startEpochMs() + nowUs / 1000;
    samples[at++] = units;
    samples[at++] = elapsedUs;
    this.#samplesEnd = at;
    if (at === samples.length) this.flushSamples();
  }
}
