// The windows of one run, from its histograms.hlog: what is needed to ask how much a figure of the run moves when
// other seconds of the same run are looked at. Histograms are added up, never averaged.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HistogramLogReader, type JsHistogram } from 'hdr-histogram-js';

export interface RunWindow {
  readonly seconds: number;
  /** Microseconds, and how many samples took that long. */
  readonly counts: readonly (readonly [us: number, count: number])[];
}

/** By operation, as the log calls it. Empty where there is no log. */
export async function readWindows(folder: string): Promise<ReadonlyMap<string, readonly RunWindow[]>> {
  const text = await readFile(join(folder, 'histograms.hlog'), 'utf8').catch(() => '');
  const windows = new Map<string, RunWindow[]>();
  const reader = new HistogramLogReader(text);
  for (;;) {
    const histogram = reader.nextIntervalHistogram() as JsHistogram | null;
    if (histogram === null) return windows;
    const seconds = (histogram.endTimeStampMsec - histogram.startTimeStampMsec) / 1000;
    const list = windows.get(histogram.tag) ?? [];
    list.push({ seconds, counts: countsOf(histogram) });
    windows.set(histogram.tag, list);
  }
}

function countsOf(histogram: JsHistogram): [number, number][] {
  const counts: [number, number][] = [];
  for (let index = 0; index < histogram.countsArrayLength; index++) {
    const count = histogram.getCountAtIndex(index);
    if (count > 0) counts.push([histogram.highestEquivalentValue(histogram.valueFromIndex(index)), count]);
  }
  return counts;
}
