// What an open loop offered, as samples over the run. Pure. The schedule is that of all operations together; which one
// is done is drawn when it starts, so of one operation only its share by weight can be told.
import type { Results, ScheduleRow } from '../results/schema.js';
import { perSecond } from './throughput-chart.js';
import type { Sample } from './trace.js';

/** Of all operations together, per second. */
export function offeredRate(schedule: readonly ScheduleRow[], share = 1): Sample[] {
  return schedule.map(({ elapsedSeconds, windowSeconds, offered }) => ({
    elapsedSeconds,
    value: perSecond(offered * share, windowSeconds),
  }));
}

/** The share of an operation in all, by weight; undefined where the configuration does not tell. */
export function weightShare(results: Results | null, operation: string): number | undefined {
  const operations = results?.config.operations ?? [];
  const own = operations.find(({ name }) => name === operation);
  const sum = operations.reduce((total, { weight }) => total + weight, 0);
  return own === undefined || sum === 0 ? undefined : own.weight / sum;
}
