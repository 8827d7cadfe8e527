// Counts what happens in a load thread and hands it over once per window. Recording an operation touches
// typed arrays only. Windows follow each other without gap or overlap: a window ends at the first reading of
// the clock at or after its boundary, and the next one begins there.
import { LatencyHistogram } from '../statistics/index.js';
import { sampleNumbers, type WindowReport } from './load-plan.js';

/** Kinds of failure that are told apart; further ones are counted as `other`. */
const failuresMax = 64;
const samplesPerMessage = 4096;

interface Failure {
  code: string;
  definite: boolean;
  example: string;
}

export interface WindowRecorderOptions {
  operations: number;
  reportIntervalMs: number;
  raw: boolean;
  report(window: WindowReport): void;
  reportSamples(samples: Float64Array): void;
  /** Milliseconds since 1970 at the start of the run, for samples. */
  startEpochMs(): number;
}

export class WindowRecorder {
  /** When the present window ends, in microseconds since the start. */
  boundaryUs: number;
  failedTotal = 0;
  readonly #options: WindowRecorderOptions;
  readonly #histograms: LatencyHistogram[];
  readonly #ok: Float64Array;
  readonly #missing: Float64Array;
  readonly #failed: Float64Array;
  readonly #units: Float64Array;
  readonly #failures: Failure[] = [];
  /** Failures of this window by operation and kind. */
  readonly #failureCounts: Float64Array;
  #fromUs = 0;
  #samples: Float64Array;
  #samplesEnd = 0;

  constructor(options: WindowRecorderOptions) {
    const { operations } = options;
    this.#options = options;
    this.boundaryUs = options.reportIntervalMs * 1000;
    this.#histograms = Array.from({ length: operations }, () => new LatencyHistogram());
    this.#ok = new Float64Array(operations);
    this.#missing = new Float64Array(operations);
    this.#failed = new Float64Array(operations);
    this.#units = new Float64Array(operations);
    this.#failureCounts = new Float64Array(operations * failuresMax);
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

  /** A successful operation that ended at `nowUs` after `elapsedUs`. */
  ok(operation: number, units: number, elapsedUs: number, nowUs: number): void {
    this.#histograms[operation]!.record(elapsedUs);
    this.#ok[operation]! += 1;
    this.#units[operation]! += units;
    if (this.#samples.length > 0) this.#sample(operation, units, elapsedUs, nowUs);
  }

  /** Counts a successful read, recorded with `ok`, as one that found nothing. */
  missing(operation: number): void {
    this.#missing[operation]! += 1;
  }

  failed(operation: number, failure: number): void {
    this.failedTotal++;
    this.#failed[operation]! += 1;
    this.#failureCounts[operation * failuresMax + failure]! += 1;
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
      operations: this.#histograms.map((histogram, operation) => ({
        ok: this.#ok[operation]!,
        missing: this.#missing[operation]!,
        failed: this.#failed[operation]!,
        units: this.#units[operation]!,
        latencies: histogram.encode(),
      })),
      errors: this.#takeErrors(),
    });
    for (const histogram of this.#histograms) histogram.reset();
    this.#ok.fill(0);
    this.#missing.fill(0);
    this.#failed.fill(0);
    this.#units.fill(0);
    this.#fromUs = nowUs;
    this.boundaryUs = (Math.floor(nowUs / intervalUs) + 1) * intervalUs;
    this.flushSamples();
  }

  flushSamples(): void {
    if (this.#samplesEnd === 0) return;
    this.#options.reportSamples(this.#samples.slice(0, this.#samplesEnd));
    this.#samplesEnd = 0;
  }

  #takeErrors(): WindowReport['errors'] {
    const errors: WindowReport['errors'] = [];
    for (let at = 0; at < this.#failureCounts.length; at++) {
      const count = this.#failureCounts[at]!;
      if (count === 0) continue;
      const failure = this.#failures[at % failuresMax]!;
      errors.push({ operation: Math.floor(at / failuresMax), ...failure, count });
      this.#failureCounts[at] = 0;
    }
    return errors;
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
