// All percentiles of a histogram that a curve of them needs, in the steps of HdrHistogram's percentile iterator: five
// for each halving of what is left above, so ever finer towards the maximum. Pure.
import type { JsHistogram } from 'hdr-histogram-js';
import type { LatencyHistogram } from './latency-histogram.js';

export interface SpectrumStep {
  /** 0 to 100. */
  readonly percentile: number;
  readonly us: number;
  /** Samples of at most `us`, the resolution of the histogram aside. */
  readonly count: number;
}

const stepsPerHalf = 5;

/** From the minimum (0) to the maximum (100), both exact; empty where there is no sample. */
export function percentileSpectrum(histogram: LatencyHistogram): SpectrumStep[] {
  const total = histogram.count;
  if (total === 0) return [];
  const values = (histogram.fold() as JsHistogram).recordedValuesIterator;
  values.reset();
  let reached = values.next();
  const steps: SpectrumStep[] = [];
  for (const share of shares(total)) {
    const wanted = Math.max(1, Math.ceil(share * total));
    while (reached.totalCountToThisValue < wanted && values.hasNext()) reached = values.next();
    // A bucket's end may lie beyond the samples in it.
    const us = Math.min(Math.max(reached.valueIteratedTo, histogram.minUs), histogram.maxUs);
    steps.push({ percentile: share * 100, us, count: reached.totalCountToThisValue });
  }
  steps[0] = { ...steps[0]!, us: histogram.minUs };
  steps.push({ percentile: 100, us: histogram.maxUs, count: total });
  return steps;
}

/** Up to where a single sample is left above. */
function* shares(total: number): Generator<number> {
  for (let left = 1; left * total >= 1; left /= 2) {
    for (let step = 0; step < stepsPerHalf; step++) {
      const share = 1 - left * (1 - step / (2 * stepsPerHalf));
      if ((1 - share) * total < 1) return;
      yield share;
    }
  }
}
