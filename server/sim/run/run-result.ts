/** What came of a run. */
import type { Fault } from './checked-cluster.js';
import type { ProbeCounts } from './probes.js';
import type { RunSettings } from './settings.js';

export interface Violation {
  /** Of the invariant: `I41` and the like. */
  readonly id: string;
  readonly message: string;
  readonly atMs: number;
  /** Why the product does not promise it in these circumstances; undefined: it does, and the run has failed. */
  readonly notPromised: string | undefined;
}

export interface RunResult {
  readonly settings: RunSettings;
  /** All that was done to the cluster, and all that was drawn to be done if the run ended early. */
  readonly actions: readonly Fault[];
  readonly violations: readonly Violation[];
  /** 16 hexadecimal digits: equal for two runs of one seed. */
  readonly hash: string;
  readonly events: number;
  readonly simulatedMs: number;
  readonly operations: {
    readonly ok: number;
    readonly failed: number;
    readonly unknown: number;
    readonly acknowledgedWrites: number;
  };
  /** Faults that took place, by kind. */
  readonly faults: ReadonlyMap<string, number>;
  readonly probes: ProbeCounts;
}

/** The violations that make the run a failure. */
export function failuresOf({ violations }: RunResult): Violation[] {
  return violations.filter(({ notPromised }) => notPromised === undefined);
}
