// The shape of `mode`: how operations come to be started. What a person writes becomes a closed loop, or a profile of
// the offered rate.
import { z } from 'zod';
import type { RateProfile, RateSpan } from '../schedule/index.js';
import { durationMs } from './duration-schema.js';

const rate = z.number().nonnegative().max(10_000_000);
const positiveRate = z.number().positive().max(10_000_000);
/** The profile is what all workers do together (the default), or what each of them does. */
const per = z.enum(['run', 'worker']).optional();

/** A span at one rate, or a straight line from the last rate (or 0 at the beginning) to another. */
const stage = z.union([
  z.strictObject({ duration: durationMs, rate }),
  z.strictObject({ duration: durationMs, rampTo: rate }),
]);

/** What `mode` says after reading. */
export type ModeConfig =
  | { kind: 'max' }
  | {
      kind: 'rate';
      profile: RateProfile;
      per: 'run' | 'worker';
      /** How long the profile lasts by itself; null when it has no end. */
      profileMs: number | null;
    };

const max = z
  .union([z.literal('max'), z.tuple([z.literal('rate'), z.literal('max')])])
  .transform((): ModeConfig => ({ kind: 'max' }));

/** As in basho_bench, `['rate', N]` is N operations a second of each worker. */
const ratePerWorker = z
  .tuple([z.literal('rate'), positiveRate])
  .transform(([, perSecond]) => endless([hold(perSecond)], 'worker'));

const constantRate = z
  .strictObject({ rate: positiveRate, per })
  .transform((given) => endless([hold(given.rate)], given.per));

const stages = z
  .strictObject({ stages: z.array(stage).min(1), per })
  .transform((given, context) => finite(spansOf(given.stages), given.per, context));

/** From one rate to another by equal steps, each `every` long. */
const steps = z
  .strictObject({
    steps: z.strictObject({ from: positiveRate, to: positiveRate, by: positiveRate, every: durationMs }),
    per,
  })
  .transform(({ steps: { from, to, by, every }, per: of }, context) => {
    const count = Math.floor(Math.abs(to - from) / by + 1e-9) + 1;
    if (count > 10_000) {
      context.addIssue({ code: 'custom', message: `makes ${count} steps; 10000 is the most` });
      return z.NEVER;
    }
    const rates = Array.from({ length: count }, (_, i) => from + Math.sign(to - from) * by * i);
    return finite(
      rates.map((one) => ({ ...hold(one), seconds: every / 1000 })),
      of,
      context,
    );
  });

/** At `base`, and every so often at `peak` for a while. */
const spikes = z
  .strictObject({
    spikes: z.strictObject({ base: rate, peak: positiveRate, every: durationMs, for: durationMs }),
    per,
  })
  .transform(({ spikes: { base, peak, every, for: lasting }, per: of }, context) => {
    if (lasting >= every) {
      context.addIssue({ code: 'custom', path: ['spikes', 'for'], message: 'must be shorter than every' });
      return z.NEVER;
    }
    const calm = { ...hold(base), seconds: (every - lasting) / 1000 };
    return endless([calm, { ...hold(peak), seconds: lasting / 1000 }], of);
  });

/** mean + amplitude * sin(2 pi t / period). */
const sine = z
  .strictObject({ sine: z.strictObject({ mean: positiveRate, amplitude: rate, period: durationMs }), per })
  .transform(({ sine: { mean, amplitude, period }, per: of }, context) => {
    if (amplitude > mean) {
      const message = `must not be above the mean (${mean}), or the rate would be negative`;
      context.addIssue({ code: 'custom', path: ['sine', 'amplitude'], message });
      return z.NEVER;
    }
    return endless([{ kind: 'sine', seconds: period / 1000, meanRate: mean, amplitude }], of);
  });

const example = "for example 'max', { rate: 1000 } or ['rate', 100]";

export const modeSchema = z.union([max, ratePerWorker, constantRate, stages, steps, spikes, sine], {
  error: `is no mode; ${example}, { stages: [{ duration: '30s', rampTo: 1000 }] }, { steps: ... }, { spikes: ... } or { sine: ... }`,
});

function hold(perSecond: number): Extract<RateSpan, { kind: 'hold' }> {
  return { kind: 'hold', seconds: Number.MAX_SAFE_INTEGER, rate: perSecond };
}

function endless(spans: RateSpan[], of: 'run' | 'worker' = 'run'): ModeConfig {
  return { kind: 'rate', profile: { lead: [], spans, repeats: true }, per: of, profileMs: null };
}

function finite(spans: RateSpan[], of: 'run' | 'worker' = 'run', context: z.RefinementCtx): ModeConfig {
  const hasRate = spans.some((span) => span.kind !== 'hold' || span.rate > 0);
  if (!hasRate) {
    context.addIssue({ code: 'custom', message: 'has no rate above zero anywhere' });
    return z.NEVER;
  }
  const profileMs = spans.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  return { kind: 'rate', profile: { lead: [], spans, repeats: false }, per: of, profileMs };
}

function spansOf(given: readonly z.output<typeof stage>[]): RateSpan[] {
  let last = 0;
  return given.map((one): RateSpan => {
    const seconds = one.duration / 1000;
    const from = last;
    if ('rate' in one) {
      last = one.rate;
      return { kind: 'hold', seconds, rate: one.rate };
    }
    last = one.rampTo;
    return { kind: 'ramp', seconds, fromRate: from, toRate: one.rampTo };
  });
}
