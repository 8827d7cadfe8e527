// One line of `npm run perf`: something measured several times in one run, as a ratio to a named peer where
// there is one, with the bound that it should keep.

export interface Figure {
  id: string;
  title: string;
  /** The bound; `unit` says what the numbers are ("" for a ratio). */
  target: { kind: 'at least' | 'at most'; value: number };
  unit: string;
  /** Of a figure that takes minutes; without it, as often as the others. */
  repeatsMax?: number;
  /** Starts what is needed; rejects with CannotMeasureError when the machine lacks it. */
  prepare(options: FigureOptions): Promise<PreparedFigure>;
}

export interface FigureOptions {
  /** A tenth of the work, to try the harness itself; not a measurement to quote. */
  isQuick: boolean;
}

export interface PreparedFigure {
  /** Measures once, the peer and rkv close together in time. */
  once(): Promise<Measurement>;
  close(): Promise<void>;
}

export interface Measurement {
  value: number;
  /** What the value was made of, for people. */
  detail: string;
}

export class CannotMeasureError extends Error {
  override readonly name = 'CannotMeasureError';
}

export function isReached({ target }: Figure, value: number): boolean {
  return target.kind === 'at least' ? value >= target.value : value <= target.value;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
