// What rate a run offers over its time: spans of constant, rising and swinging rate, one after another. Plain data,
// so that it goes to load threads and into results as it is.

/** Rates are operations per second; spans are seconds. */
export type RateSpan =
  | { kind: 'hold'; seconds: number; rate: number }
  /** From one rate to the other in a straight line. */
  | { kind: 'ramp'; seconds: number; fromRate: number; toRate: number }
  /** One period of mean + amplitude * sin: it begins and ends at the mean, and rises first. */
  | { kind: 'sine'; seconds: number; meanRate: number; amplitude: number };

/** `lead` comes first; then `spans`, over and over when it repeats, otherwise once, and the last rate from then on. */
export interface RateProfile {
  lead: RateSpan[];
  spans: RateSpan[];
  repeats: boolean;
}

export function startRate(span: RateSpan): number {
  switch (span.kind) {
    case 'hold':
      return span.rate;
    case 'ramp':
      return span.fromRate;
    case 'sine':
      return span.meanRate;
    default:
      return unreachable(span);
  }
}

export function endRate(span: RateSpan): number {
  return span.kind === 'ramp' ? span.toRate : startRate(span);
}

/** Operations that a whole span offers. */
export function arrivalsOf(span: RateSpan): number {
  if (span.kind === 'ramp') return ((span.fromRate + span.toRate) / 2) * span.seconds;
  return startRate(span) * span.seconds;
}

/** The same profile behind a lead of `seconds` at the rate that it begins with. */
export function withLead(profile: RateProfile, seconds: number): RateProfile {
  if (seconds <= 0) return profile;
  const rate = startRate(profile.lead[0] ?? profile.spans[0]!);
  return { ...profile, lead: [{ kind: 'hold', seconds, rate }, ...profile.lead] };
}

/** Whether the rate is one and the same all the time, so that a steady state can be expected. */
export function isConstant({ lead, spans }: RateProfile): boolean {
  const rates = new Set([...lead, ...spans].flatMap((span) => [startRate(span), endRate(span)]));
  return rates.size === 1 && spans.every(({ kind }) => kind !== 'sine');
}

function unreachable(span: never): never {
  throw new Error(`no such span: ${JSON.stringify(span)}`);
}
