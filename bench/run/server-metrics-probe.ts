// Asks servers for their Prometheus metrics once per interval, for measurements.csv. A server that does not answer is
// said to once and asked again the next time; nothing of this holds up the load.
import type { Measurement } from '../output/index.js';
import { parsePrometheusText } from './prometheus-text.js';

const answerMsMax = 1000;
/** Series that are recorded of one server; each is a row per interval. */
const seriesMax = 500;
const bytesMax = 8 * 2 ** 20;

export interface ServerMetricsProbeOptions {
  urls: readonly string[];
  intervalMs: number;
  onSample(measurements: readonly Measurement[]): void;
  note(line: string): void;
}

export class ServerMetricsProbe {
  readonly #options: ServerMetricsProbeOptions;
  readonly #silent = new Set<string>();
  readonly #pending = new Set<string>();
  readonly #end = new AbortController();
  #startedMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ServerMetricsProbeOptions) {
    this.#options = options;
  }

  /** `startedMs` is the start of the run as a reading of `performance.now()`. */
  start(startedMs: number): void {
    if (this.#options.urls.length === 0) return;
    this.#startedMs = startedMs;
    this.#timer = setInterval(() => this.#askAll(), this.#options.intervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#end.abort();
  }

  #askAll(): void {
    for (const url of this.#options.urls) {
      if (this.#pending.has(url)) continue;
      this.#pending.add(url);
      void this.#ask(url).finally(() => this.#pending.delete(url));
    }
  }

  async #ask(url: string): Promise<void> {
    const elapsedSeconds = Math.max(0, (performance.now() - this.#startedMs) / 1000);
    try {
      const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(answerMsMax)]);
      const response = await fetch(url, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const text = await response.text();
      if (this.#end.signal.aborted) return;
      if (text.length > bytesMax) throw new Error(`more than ${bytesMax} bytes`);
      const samples = parsePrometheusText(text, seriesMax);
      this.#options.onSample(
        samples.map(({ series, value }) => ({
          elapsedSeconds,
          source: url,
          metric: series,
          unit: '',
          value,
        })),
      );
    } catch (error) {
      if (this.#end.signal.aborted || this.#silent.has(url)) return;
      this.#silent.add(url);
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.note(`No metrics from ${url} (${reason}); it will be asked again, and this said once.`);
    }
  }
}
