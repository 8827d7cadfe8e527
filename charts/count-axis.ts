// A linear axis from zero: where it ends, where its lines are, how its numbers are written. Pure.

export interface CountAxis {
  domain: [zero: 0, max: number];
  ticks: CountTick[];
}

export interface CountTick {
  value: number;
  /** With thousands separators up to six digits, then with an SI suffix. */
  label: string;
}

/** For values up to `greatest`, with about `tickCount` lines; the axis ends at a line at or above the greatest. */
export function countAxis(greatest: number, tickCount: number): CountAxis {
  const target = greatest > 0 && Number.isFinite(greatest) ? greatest : 1;
  const step = stepAtLeast(target / tickCount);
  const lines = Math.ceil(target / step - 1e-9);
  const values = Array.from({ length: lines + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  const max = values[lines]!;
  return { domain: [0, max], ticks: values.map((value) => ({ value, label: formatCount(value, max) })) };
}

function formatCount(value: number, max: number): string {
  const scale = suffixes.find(({ from }) => max >= from);
  if (scale === undefined || value === 0) return value.toLocaleString('en-US', { maximumFractionDigits: 9 });
  return `${Number((value / scale.unit).toPrecision(6)).toLocaleString('en-US')}${scale.suffix}`;
}

/** One suffix for a whole axis, so that its numbers compare at a glance. */
const suffixes = [
  { from: 1e9, unit: 1e9, suffix: 'G' },
  { from: 1e6, unit: 1e6, suffix: 'M' },
] as const;

function stepAtLeast(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}
