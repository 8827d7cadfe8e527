// The faults of a run: their part of results.json, and the columns of faults.csv.
import { z } from 'zod';

/**
 * What was done to the store in the middle of the run. `toSeconds` is null for what lasted to the end, as a server that
 * was killed and not started again. `state`: done; cut-short (the run ended first); failed (`message` says why); not-begun.
 * `output` is the file that holds what a command printed. Of `effect`: what was served before, in the worst second, and
 * the ratio of these (`depth`); failures from the fault's beginning until all was as before; seconds to the first of them
 * and until back, both from the fault's beginning. `back` is the first moment from which on, for two seconds, every span
 * of a second has a throughput within 10 % of before (or what chance explains). Null is what was not seen.
 */
export const faultReportSchema = z.object({
  label: z.string(),
  kind: z.string(),
  target: z.array(z.string()),
  fromSeconds: z.number(),
  toSeconds: z.number().nullable(),
  state: z.enum(['done', 'cut-short', 'failed', 'not-begun']),
  message: z.string().nullable(),
  output: z.string().nullable(),
  effect: z
    .object({
      beforePerSecond: z.number().nullable(),
      lowestPerSecond: z.number().nullable(),
      depth: z.number().nullable(),
      errors: z.number().int(),
      firstErrorSeconds: z.number().nullable(),
      worstLatencyMs: z.number().nullable(),
      backSeconds: z.number().nullable(),
    })
    .nullable(),
});
export type FaultReport = z.infer<typeof faultReportSchema>;

/** The columns of faults.csv: a row per fault, empty fields for what was not seen. */
export const faultColumns = [
  'fault',
  'kind',
  'target',
  'state',
  'from',
  'to',
  'before',
  'lowest',
  'depth',
  'errors',
  'first_error',
  'worst_latency',
  'back',
] as const;
