// comparison.json, which a comparison leaves, as far as charts draw it.
import { z } from 'zod';

export const findings = ['better', 'worse', 'no difference seen', 'unknown'] as const;

/** JSON has no infinity: an interval without an end has null there. */
const end = z.number().nullable();

export const comparisonReportSchema = z.object({
  design: z.enum(['pairs', 'groups', 'single']),
  confidence: z.number(),
  baseline: z.object({ label: z.string(), runs: z.number().int() }),
  sides: z.array(
    z.object({
      label: z.string(),
      runs: z.number().int(),
      metrics: z.array(
        z.object({
          metric: z.string(),
          a: z.number(),
          b: z.number(),
          /** (b - a) / a, and the interval of it. */
          effect: z.number(),
          interval: z.object({ low: end, high: end }),
          finding: z.enum(findings),
        }),
      ),
    }),
  ),
  /** What two runs of the baseline typically differ by, as a share. */
  noise: z.array(z.object({ metric: z.string(), typical: z.number() })),
});
export type ComparisonRecord = z.infer<typeof comparisonReportSchema>;
