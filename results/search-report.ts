// search.json, which a search leaves, as far as charts draw it: the trials, the service level and what came of them.
import { z } from 'zod';

export const searchReportSchema = z.object({
  slo: z.array(z.string()),
  /** For example 0.95, of the interval. */
  confidence: z.number(),
  trials: z.array(
    z.object({
      /** Operations per second that were offered, and that succeeded. */
      rate: z.number(),
      achieved: z.number(),
      passed: z.boolean(),
      p50Ms: z.number().nullable(),
      p99Ms: z.number().nullable(),
      generatorBound: z.boolean(),
      /** The latencies that the service level bounds; absent in searches of before they were kept. */
      levels: z
        .array(z.object({ metric: z.string(), valueMs: z.number().nullable(), boundMs: z.number() }))
        .optional(),
    }),
  ),
  end: z.object({ kind: z.string(), holds: z.number().optional(), fails: z.number().optional() }).optional(),
  /** The rate at which half of the trials pass. */
  capacity: z
    .object({ rate: z.number(), interval: z.object({ low: z.number(), high: z.number() }) })
    .optional(),
});
export type SearchRecord = z.infer<typeof searchReportSchema>;
export type TrialRecord = SearchRecord['trials'][number];
