// What the check of a verified run found: its part of results.json, and the columns of violations.csv.
import { z } from 'zod';

/** How something is spread over those that have it. */
const spreadSchema = z.object({ p50: z.number(), p99: z.number(), max: z.number() });

/**
 * What the check of all recorded reads and writes found. One in `sampledOneIn` keys was kept, with all that happened to
 * it. Of `unseenReads` the driver did not say what they read. `audit` read at the end each of the kept keys that had an
 * acknowledged write; `skipped` says why it could not. Stale reads gave something older than what was acknowledged
 * before they began; those are no violation in themselves. `broken` names what was expected and not kept.
 */
export const verificationSchema = z.object({
  keys: z.number().int(),
  reads: z.number().int(),
  writes: z.number().int(),
  unseenReads: z.number().int(),
  sampledOneIn: z.number().int(),
  /** Keys with deletes and too much at once, of which it was not decided if they are linearizable. */
  undecidedKeys: z.number().int(),
  audit: z.object({ keys: z.number().int(), unread: z.number().int(), skipped: z.string().nullable() }),
  violations: z.record(z.string(), z.number().int()),
  expected: z.array(z.string()),
  broken: z.array(z.string()),
  staleness: z.object({
    staleReads: z.number().int(),
    /** Of the reads. */
    share: z.number(),
    /** Milliseconds from the newer value's acknowledgement to the call of the read. */
    ageMs: spreadSchema.nullable(),
    /** Acknowledged newer values. */
    versionsBehind: spreadSchema.nullable(),
  }),
});
export type Verification = z.infer<typeof verificationSchema>;

/** The columns of violations.csv: when, in seconds since the start, what, on which key. */
export const violationColumns = ['seconds', 'kind', 'key', 'detail'] as const;
