// From how many operations a profile has offered to the moment at which it has: the inverse of the integral of the
// rate. Arrivals at a rate of one per second become arrivals of the profile when each is looked up here; for a
// Poisson process this is the time change that gives one of varying rate (Cinlar, Introduction to Stochastic
// Processes, 1975, section 4.7).
// Example: the rate rises from 0 to 10/s within 10 s, 50 operations in all; number 12.5 comes at 5 s.
import { arrivalsOf, endRate, type RateProfile, type RateSpan } from './rate-profile.js';

/** Steps of Newton's method, kept within its bounds by bisection; a period needs about five. */
const newtonStepsMax = 60;

export class RateCurve {
  readonly #profile: RateProfile;
  /** Of one round of a repeating profile. */
  readonly #roundArrivals: number;
  readonly #roundSeconds: number;
  #index = 0;
  #span: RateSpan;
  /** Time and arrivals at the start of the present span. */
  #fromSeconds = 0;
  #fromArrivals = 0;
  #arrivals: number;

  constructor(profile: RateProfile) {
    this.#profile = profile;
    this.#roundArrivals = profile.spans.reduce((sum, span) => sum + arrivalsOf(span), 0);
    this.#roundSeconds = profile.spans.reduce((sum, { seconds }) => sum + seconds, 0);
    this.#span = this.#spanAt(0);
    this.#arrivals = this.#arrivalsOf(this.#span);
  }

  /** Seconds since the start at which `arrivals` are reached; Infinity when never. Arguments must not fall. */
  secondsAt(arrivals: number): number {
    while (arrivals - this.#fromArrivals >= this.#arrivals) {
      if (!this.#next(arrivals)) return Number.POSITIVE_INFINITY;
    }
    return this.#fromSeconds + secondsWithin(this.#span, arrivals - this.#fromArrivals);
  }

  /** Goes on to the next span; false when there is none in which anything arrives. */
  #next(arrivals: number): boolean {
    const { lead, spans, repeats } = this.#profile;
    const isLast = !Number.isFinite(this.#span.seconds);
    const isInSpans = this.#index + 1 >= lead.length;
    if (isLast || (isInSpans && repeats && this.#roundArrivals <= 0)) return false;
    this.#fromSeconds += this.#span.seconds;
    this.#fromArrivals += this.#arrivals;
    this.#index++;
    if (repeats && this.#index >= lead.length + spans.length) this.#index = lead.length;
    if (repeats && this.#index === lead.length) this.#skipRounds(arrivals);
    this.#span = this.#spanAt(this.#index);
    this.#arrivals = this.#arrivalsOf(this.#span);
    return true;
  }

  /** Passes over the rounds that end before `arrivals`, which are many where a round has far less than one. */
  #skipRounds(arrivals: number): void {
    const rounds = Math.floor((arrivals - this.#fromArrivals) / this.#roundArrivals);
    if (rounds < 2) return;
    this.#fromArrivals += (rounds - 1) * this.#roundArrivals;
    this.#fromSeconds += (rounds - 1) * this.#roundSeconds;
  }

  /** After the last span its rate goes on for ever. */
  #spanAt(index: number): RateSpan {
    const { lead, spans } = this.#profile;
    const span = lead[index] ?? spans[index - lead.length];
    return span ?? { kind: 'hold', seconds: Number.POSITIVE_INFINITY, rate: endRate(spans.at(-1)!) };
  }

  #arrivalsOf(span: RateSpan): number {
    // Zero times infinity is no number.
    return span.kind === 'hold' && span.rate === 0 ? 0 : arrivalsOf(span);
  }
}

/** Seconds into `span` at which `arrivals`, fewer than it has in all, are reached. */
function secondsWithin(span: RateSpan, arrivals: number): number {
  switch (span.kind) {
    case 'hold':
      return arrivals / span.rate;
    case 'ramp': {
      // The stable form of the root of a t + b t^2 / 2 = arrivals.
      const slope = (span.toRate - span.fromRate) / span.seconds;
      const root = Math.sqrt(Math.max(0, span.fromRate * span.fromRate + 2 * slope * arrivals));
      return arrivals === 0 ? 0 : (2 * arrivals) / (span.fromRate + root);
    }
    case 'sine':
      return secondsWithinSine(span, arrivals);
  }
}

function secondsWithinSine(span: Extract<RateSpan, { kind: 'sine' }>, arrivals: number): number {
  const { seconds, meanRate, amplitude } = span;
  const turn = (2 * Math.PI) / seconds;
  let low = 0;
  let high = seconds;
  let at = arrivals / meanRate;
  for (let step = 0; step < newtonStepsMax; step++) {
    const excess = meanRate * at + (amplitude / turn) * (1 - Math.cos(turn * at)) - arrivals;
    if (excess > 0) high = at;
    else low = at;
    // A millionth of an operation is far below a microsecond of any rate that matters.
    if (Math.abs(excess) < 1e-6 || high - low < 1e-9) break;
    const rate = meanRate + amplitude * Math.sin(turn * at);
    const next = at - excess / rate;
    at = next > low && next < high ? next : (low + high) / 2;
  }
  return at;
}
