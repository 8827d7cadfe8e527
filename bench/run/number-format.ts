// Numbers as people read them, the same on every machine whatever its locale.

/** 1234567.8 is "1,234,568". */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Milliseconds with a fitting unit and three figures: 0.0534 is "53.4 µs", 12.3456 is "12.3 ms". */
export function formatLatencyMs(ms: number): string {
  if (ms < 0.9995) return `${threeFigures(ms * 1000)} µs`;
  if (ms < 999.5) return `${threeFigures(ms)} ms`;
  return `${threeFigures(ms / 1000)} s`;
}

/** The same for a percentile, which below two microseconds is known to the microsecond only. */
export function formatPercentileMs(ms: number): string {
  return ms <= 0.001 ? '≤1 µs' : formatLatencyMs(ms);
}

export function formatBytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

function threeFigures(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
