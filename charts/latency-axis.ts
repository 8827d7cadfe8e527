// A logarithmic axis for latencies: where it starts and ends, where its lines are, and what stands at them.
// Pure. It ends beyond the data on both sides, so that nothing is clipped, and at steps of 1, 2 or 5.

export interface LatencyAxis {
  /** In microseconds; `max` is at least ten times `min`. */
  domainUs: [min: number, max: number];
  ticks: LatencyTick[];
}

/** A line across the chart; minor ones are fainter and have no label. */
export interface LatencyTick {
  us: number;
  label: string;
  isMajor: boolean;
}

/**
 * What is shorter than a microsecond, the unit of the tables, stands at this place, below the line of 1 µs. A
 * logarithmic axis has no zero.
 */
export const belowResolutionUs = 0.5;

/** From this many powers of ten on, only those have labels, and only steps of 2 and 5 have lines between them. */
const longDecades = 3;

/** For values in microseconds, each at least `belowResolutionUs`; without values the axis is 1 to 100 ms. */
export function latencyAxis(valuesUs: readonly number[]): LatencyAxis {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of valuesUs) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === 0) [low, high] = [1_000, 100_000];
  // The greatest stands a little below the edge, where its line is seen in full width.
  let min = stepAtMost(low);
  let max = stepAtLeast(high * 1.05);
  while (max / min < 10) {
    max = stepAtLeast(max * 1.01);
    if (max / min < 10 && min > 1) min = stepAtMost(min * 0.99);
  }
  return { domainUs: [min, max], ticks: ticksBetween(min, max) };
}

/** `850 µs`, `1.5 ms`, `20 s`. */
export function formatLatency(us: number): string {
  if (us < 1) return '< 1 µs';
  if (us < 1_000) return `${trim(us)} µs`;
  if (us < 1_000_000) return `${trim(us / 1_000)} ms`;
  return `${trim(us / 1_000_000)} s`;
}

function trim(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}

function stepAtMost(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return round(([5, 2, 1].find((step) => step * power <= value * (1 + 1e-9)) ?? 1) * power);
}

function stepAtLeast(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return round(([1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10) * power);
}

function ticksBetween(min: number, max: number): LatencyTick[] {
  const ticks: LatencyTick[] = [];
  const isShort = Math.log10(max / min) < longDecades;
  for (let power = 10 ** Math.floor(Math.log10(min) + 1e-9); power <= max; power *= 10) {
    for (const step of isShort ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1, 2, 5]) {
      const us = round(step * power);
      if (us < min || us > max) continue;
      // Below 1 µs only the place for what is shorter means anything.
      if (us < 1 && us !== belowResolutionUs) continue;
      const isMajor = step === 1 || us < 1 || (isShort && (step === 2 || step === 5));
      ticks.push({ us, label: isMajor ? formatLatency(us) : '', isMajor });
    }
  }
  return ticks;
}

/** Products of powers of ten below 1 are not exact. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
