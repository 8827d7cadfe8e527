// All sinks of a run together. Whatever one of them does, the others and the run go on: its first mistake is said once,
// all of them are counted, and results.json tells.
import type { Results } from '../../results/schema.js';
import type { Sink, SinkRun, WindowFigures } from './sink.js';
import type { SinkSpec } from './sink-spec.js';

/** A sink that does not end by then is left behind. */
const endMsMax = 10_000;

export type SinkOutcome = NonNullable<Results['sinks']>[number];

interface OpenSink {
  outcome: SinkOutcome;
  /** undefined when it could not be opened. */
  sink: Sink | undefined;
}

export class LiveSinks {
  readonly #sinks: readonly OpenSink[];
  readonly #note: (line: string) => void;

  /** Never rejects: a sink that cannot be opened is said, and counted as failed. */
  static async open(
    specs: readonly SinkSpec[],
    run: SinkRun,
    note: (line: string) => void,
  ): Promise<LiveSinks> {
    const opened: OpenSink[] = [];
    const sinks = new LiveSinks(opened, note);
    for (const spec of specs) {
      const outcome: SinkOutcome = { sink: nameOf(spec), windows: 0, failed: 0, problem: null };
      const one: OpenSink = { outcome, sink: undefined };
      opened.push(one);
      try {
        one.sink = await openSink(spec, run);
      } catch (error) {
        sinks.#failed(one, error);
      }
    }
    return sinks;
  }

  private constructor(sinks: readonly OpenSink[], note: (line: string) => void) {
    this.#sinks = sinks;
    this.#note = note;
  }

  get isEmpty(): boolean {
    return this.#sinks.length === 0;
  }

  window(figures: WindowFigures): void {
    for (const one of this.#sinks) {
      if (one.sink === undefined) continue;
      one.outcome.windows++;
      try {
        const sent = one.sink.window(figures);
        if (sent !== undefined) sent.catch((error: unknown) => this.#failed(one, error));
      } catch (error) {
        this.#failed(one, error);
      }
    }
  }

  /** What became of each so far. */
  outcomes(): SinkOutcome[] {
    return this.#sinks.map(({ outcome }) => ({ ...outcome }));
  }

  /** Sends what is left. Never rejects. */
  async end(results: Results | undefined): Promise<void> {
    const ended = this.#sinks.map(async (one) => {
      const { sink } = one;
      one.sink = undefined;
      try {
        await sink?.end(results);
      } catch (error) {
        this.#failed(one, error);
      }
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, endMsMax);
    });
    await Promise.race([Promise.all(ended), patience]);
    clearTimeout(timer);
  }

  #failed({ outcome }: OpenSink, error: unknown): void {
    outcome.failed++;
    if (outcome.problem !== null) return;
    outcome.problem = error instanceof Error ? error.message || error.name : String(error);
    this.#note(`Sink ${outcome.sink}: ${outcome.problem}; the run goes on, and this is said once.`);
  }
}

function nameOf(spec: SinkSpec): string {
  switch (spec.kind) {
    case 'prometheus':
      return `prometheus:${spec.host}:${spec.port}`;
    case 'otlp':
      return `otlp:${spec.url}`;
    case 'jsonl':
      return `jsonl:${spec.file}`;
  }
}

/** Each library is loaded when it is asked for. */
async function openSink(spec: SinkSpec, run: SinkRun): Promise<Sink> {
  switch (spec.kind) {
    case 'prometheus': {
      const { PrometheusSink } = await import('./prometheus-sink.js');
      return PrometheusSink.open(spec.host, spec.port, run);
    }
    case 'otlp': {
      const { OtlpSink } = await import('./otlp-sink.js');
      return OtlpSink.open(spec.url, run);
    }
    case 'jsonl': {
      const { JsonLinesSink } = await import('./json-lines-sink.js');
      return new JsonLinesSink(spec.file, run);
    }
  }
}
