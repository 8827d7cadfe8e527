// One attempt of a search: so many operations per second were offered, and this is what came of it.

export interface Trial {
  /** Operations per second that were offered. */
  readonly rate: number;
  /** Operations per second that succeeded. */
  readonly achieved: number;
  /** Every threshold was kept, and what was offered was served. */
  readonly passed: boolean;
  /** For people: the thresholds that were not kept. */
  readonly reasons: readonly string[];
  /** Milliseconds from the intended start; null where nothing succeeded. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** The latencies that the service level bounds, in milliseconds. */
  readonly levels: readonly { metric: string; valueMs: number | null; boundMs: number }[];
  /** The load generator was at its own limit: the trial says nothing of the store. */
  readonly generatorBound: boolean;
  /** Operations that were due waited for a worker most of the time: with more workers the store may do more. */
  readonly workersBusy: boolean;
  /** Where the run is. */
  readonly folder: string;
}

/** Less than this share of what was offered means that the store is behind, whatever the latencies say. */
export const servedShareMin = 0.98;
