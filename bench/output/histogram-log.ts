// histograms.hlog: HdrHistograms per operation and window, in the log format 1.3 that HdrHistogram's own tools read. The
// tag is the operation; behind it stands `:service` for service times where those differ, and `:timeout`, `:definite`
// or `:indefinite` for those of failures. `:schedule-lag` alone is the lag of the whole window's schedule. Values are microseconds; Interval_Max is in milliseconds, as those tools expect. They take values
// for nanoseconds unless told: HistogramLogProcessor's -outputValueUnitRatio 1000 prints milliseconds.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

export class HistogramLog {
  readonly #file: number;

  constructor(folder: string) {
    this.#file = openSync(join(folder, 'histograms.hlog'), 'wx');
  }

  /** Timestamps of the log count from this moment, in milliseconds since 1970. */
  begin(startedAtMs: number): void {
    const seconds = (startedAtMs / 1000).toFixed(3);
    const date = new Date(startedAtMs).toISOString();
    const lines = [
      '#[Histogram log format version 1.3]',
      `#[BaseTime: ${seconds} (seconds since epoch)]`,
      `#[StartTime: ${seconds} (seconds since epoch), ${date}]`,
      '#[Values: microseconds, response times unless the tag says otherwise; Interval_Max in milliseconds]',
      '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ];
    writeFileSync(this.#file, `${lines.join('\n')}\n`);
  }

  /** A window of one tag; `maxUs` is exact, where the histogram itself has rounded. */
  append(operation: string, fromMs: number, toMs: number, maxUs: number, histogram: Histogram): void {
    // Commas and spaces separate fields in this format.
    const tag = operation.replace(/[,\s=]/g, '_');
    const from = (fromMs / 1000).toFixed(3);
    const length = ((toMs - fromMs) / 1000).toFixed(3);
    const encoded = encodeIntoCompressedBase64(histogram);
    writeFileSync(this.#file, `Tag=${tag},${from},${length},${(maxUs / 1000).toFixed(3)},${encoded}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
