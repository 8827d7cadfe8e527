// Spans of time as people write them: 500ms, 5s, 1.5m, 2h.

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** The span in milliseconds, or a message that says what is wrong with the text. */
export function parseDurationMs(text: string): number | string {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  if (match === null) return `"${text}" is not a span of time; write for example 500ms, 5s, 10m or 1h`;
  const [, digits = '', unit = ''] = match;
  if (unit === '') return `"${text}" has no unit; write ${digits}s for seconds or ${digits}m for minutes`;
  const factor = unitMs[unit.toLowerCase()];
  if (factor === undefined) return `"${text}" has the unknown unit "${unit}"; use ms, s, m or h`;
  return Number(digits) * factor;
}

/** 61500 is "1m 1.5s"; for messages and the live view. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === Number.POSITIVE_INFINITY) return 'unlimited time';
  if (durationMs < 1000) return `${Math.round(durationMs)}ms`;
  const hours = Math.floor(durationMs / 3_600_000);
  const minutes = Math.floor((durationMs % 3_600_000) / 60_000);
  const seconds = Math.round((durationMs % 60_000) / 100) / 10;
  const parts = [];
  if (hours > 0) parts.push(`${hours}h`);
  if (minutes > 0) parts.push(`${minutes}m`);
  if (seconds > 0 || parts.length === 0) parts.push(`${seconds}s`);
  return parts.join(' ');
}
