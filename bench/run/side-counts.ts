// What a load thread counts in a window, for the operations of the measured phase or for the others. Counting an
// operation touches typed arrays only; a histogram of failures comes into being with the first failure.
import type { failureClasses } from '../../results/failure-classes.js';
import { LatencyHistogram } from '../statistics/index.js';
import type { OperationWindow, SideReport } from './load-plan.js';

/** Kinds of failure that are told apart; further ones are counted as `other`. */
export const failuresMax = 64;

export interface Failure {
  code: string;
  definite: boolean;
  example: string;
}

type FailureClass = (typeof failureClasses)[number];

export interface SideCountsOptions {
  operations: number;
  /** Service times differ from response times, and get histograms of their own. */
  hasService: boolean;
  hasLag: boolean;
  classes: readonly FailureClass[];
  /** Shared with the recorder, which adds to it. */
  failures: readonly Failure[];
}

export class SideCounts {
  readonly ok: Float64Array;
  readonly missing: Float64Array;
  readonly failed: Float64Array;
  readonly units: Float64Array;
  readonly retried: Float64Array;
  readonly dropped: Float64Array;
  readonly response: readonly LatencyHistogram[];
  /** Empty unless service times differ. */
  readonly service: readonly LatencyHistogram[];
  readonly lag: LatencyHistogram | undefined;
  readonly #options: SideCountsOptions;
  /** By operation and kind of failure. */
  readonly #failureCounts: Float64Array;
  /** By operation and class of failure. */
  readonly #failureTimes: (LatencyHistogram | undefined)[];

  constructor(options: SideCountsOptions) {
    const { operations, hasService, hasLag, classes } = options;
    this.#options = options;
    this.ok = new Float64Array(operations);
    this.missing = new Float64Array(operations);
    this.failed = new Float64Array(operations);
    this.units = new Float64Array(operations);
    this.retried = new Float64Array(operations);
    this.dropped = new Float64Array(operations);
    this.response = histograms(operations);
    this.service = hasService ? histograms(operations) : [];
    this.lag = hasLag ? new LatencyHistogram() : undefined;
    this.#failureCounts = new Float64Array(operations * failuresMax);
    this.#failureTimes = Array.from({ length: operations * classes.length }, () => undefined);
  }

  fail(operation: number, failure: number, responseUs: number): void {
    const { classes, failures } = this.#options;
    this.failed[operation]! += 1;
    this.#failureCounts[operation * failuresMax + failure]! += 1;
    const at = operation * classes.length + classes.indexOf(classOf(failures[failure]!));
    this.#failureTimes[at] ??= new LatencyHistogram();
    this.#failureTimes[at].record(responseUs);
  }

  /** What was counted since the last call. */
  take(): SideReport {
    const report: SideReport = {
      operations: this.response.map((_, operation) => this.#window(operation)),
      errors: this.#errors(),
      lags: this.lag?.encode() ?? null,
    };
    for (const counts of [this.ok, this.missing, this.failed, this.units, this.retried, this.dropped])
      counts.fill(0);
    for (const histogram of [...this.response, ...this.service]) histogram.reset();
    for (const histogram of this.#failureTimes) histogram?.reset();
    this.lag?.reset();
    return report;
  }

  #window(operation: number): OperationWindow {
    const classes = this.#options.classes.length;
    const times = this.#failureTimes.slice(operation * classes, (operation + 1) * classes);
    return {
      ok: this.ok[operation]!,
      missing: this.missing[operation]!,
      failed: this.failed[operation]!,
      units: this.units[operation]!,
      retried: this.retried[operation]!,
      dropped: this.dropped[operation]!,
      latencies: this.response[operation]!.encode(),
      service: this.service[operation]?.encode() ?? null,
      failures: times.map((histogram) =>
        histogram === undefined || histogram.count === 0 ? null : histogram.encode(),
      ),
    };
  }

  #errors(): SideReport['errors'] {
    const errors: SideReport['errors'] = [];
    for (let at = 0; at < this.#failureCounts.length; at++) {
      const count = this.#failureCounts[at]!;
      if (count === 0) continue;
      const failure = this.#options.failures[at % failuresMax]!;
      errors.push({ operation: Math.floor(at / failuresMax), ...failure, count });
      this.#failureCounts[at] = 0;
    }
    return errors;
  }
}

function classOf({ code, definite }: Failure): FailureClass {
  if (code === 'timeout') return 'timeout';
  return definite ? 'definite' : 'indefinite';
}

function histograms(count: number): LatencyHistogram[] {
  return Array.from({ length: count }, () => new LatencyHistogram());
}
