// One series over time as points to draw: gaps kept, long runs thinned, lone points marked. Pure.

/** `value` is null where there is nothing to draw: a gap. */
export interface Sample {
  elapsedSeconds: number;
  value: number | null;
}

/** `dot`: drawn as a dot too, because a line alone would not show it or because there is room for it. */
export interface TracePoint extends Sample {
  series: string;
  dot: boolean;
}

/** Above this many windows dots would merge into a thick line. */
const dottedMax = 90;

/** As points for a plot that is `widthPx` wide. */
export function tracePoints(series: string, samples: readonly Sample[], widthPx: number): TracePoint[] {
  const kept = thin(samples, Math.max(1, Math.floor(widthPx)));
  const isRoomy = kept.length <= Math.min(dottedMax, widthPx / 6);
  return kept.map(({ elapsedSeconds, value }, i) => {
    const isAlone = isGap(kept[i - 1]) && isGap(kept[i + 1]);
    return { elapsedSeconds, value, series, dot: value !== null && (isRoomy || isAlone) };
  });
}

function isGap(sample: Sample | undefined): boolean {
  return sample === undefined || sample.value === null;
}

/**
 * Keeps of every column of pixels the first, the smallest, the greatest and the last sample and the first gap,
 * which draws the same picture as all of them (the M4 aggregation of Jugel and others, 2014). No extreme is
 * lost and nothing is averaged.
 */
export function thin(samples: readonly Sample[], columns: number): Sample[] {
  if (samples.length <= columns * 4) return [...samples];
  const end = Math.max(...bounds(samples));
  const kept: Sample[] = [];
  let start = 0;
  while (start < samples.length) {
    const column = columnOf(samples[start]!, end, columns);
    let stop = start + 1;
    while (stop < samples.length && columnOf(samples[stop]!, end, columns) === column) stop++;
    kept.push(...extremes(samples.slice(start, stop)));
    start = stop;
  }
  return kept;
}

function bounds(samples: readonly Sample[]): [number, number] {
  return [samples[0]!.elapsedSeconds, samples[samples.length - 1]!.elapsedSeconds];
}

function columnOf(sample: Sample, end: number, columns: number): number {
  return Math.min(columns - 1, Math.floor((sample.elapsedSeconds / end) * columns));
}

function extremes(samples: readonly Sample[]): Sample[] {
  const drawn = samples.filter(({ value }) => value !== null);
  const chosen = new Set<Sample | undefined>([samples[0], samples[samples.length - 1]]);
  chosen.add(samples.find(({ value }) => value === null));
  chosen.add(
    drawn.reduce<Sample | undefined>(
      (low, sample) => (low && low.value! <= sample.value! ? low : sample),
      undefined,
    ),
  );
  chosen.add(
    drawn.reduce<Sample | undefined>(
      (top, sample) => (top && top.value! >= sample.value! ? top : sample),
      undefined,
    ),
  );
  return samples.filter((sample) => chosen.has(sample));
}
