// A span of time in a configuration: "500ms", "5s", "10m", "1h"; a bare number is minutes, as in the tutorial.
import { z } from 'zod';
import { parseDurationMs } from './duration.js';

/** In milliseconds after reading. */
export const durationMs = z.union([z.number(), z.string()]).transform((value, context) => {
  const parsed = typeof value === 'number' ? value * 60_000 : parseDurationMs(value);
  if (typeof parsed === 'number' && parsed > 0 && parsed <= 2 ** 31 * 1000) return parsed;
  const message =
    typeof parsed === 'string'
      ? parsed
      : `must be longer than zero, got ${JSON.stringify(value)}; for example 5s`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
