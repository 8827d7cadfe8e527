// A linear axis from zero: where it ends, where its lines are, how its numbers are written. Pure.

export interface CountAxis {
  domain: [zero: 0, max: number];
  ticks: number[];
  /** A d3 number format: thousands separators up to six digits, then SI suffixes. */
  format: string;
}

/** For values up to `greatest`, with about `tickCount` lines; the axis ends at a line at or above the greatest. */
export function countAxis(greatest: number, tickCount: number): CountAxis {
  const target = greatest > 0 && Number.isFinite(greatest) ? greatest : 1;
  const step = stepAtLeast(target / tickCount);
  const lines = Math.ceil(target / step - 1e-9);
  const ticks = Array.from({ length: lines + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  const max = ticks[lines]!;
  return { domain: [0, max], ticks, format: max >= 1_000_000 ? '~s' : ',' };
}

function stepAtLeast(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}
