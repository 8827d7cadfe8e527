// OpenTelemetry's protocol over HTTP, by its own SDK: a collector gets the figures of each window. The SDK is large, so
// it is not installed with rkv; whoever wants this sink installs it beside.
import type { MeterProvider, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { latencyFigures, quantiles, type Sink, type SinkRun, type WindowFigures } from './sink.js';

/** What a collector does not take in by then is given up. */
const exportMsMax = 5_000;
/** The SDK exports by its clock as well; the end of a window is what counts here. */
const ownIntervalMs = 2 ** 31 - 1;

export class OtlpSink implements Sink {
  readonly name: string;
  readonly #provider: MeterProvider;
  /** What exports have failed with since the last look. */
  readonly #problems: Error[];
  readonly #counts = new Map<string, { ok: number; failed: number }>();
  #latest: WindowFigures | undefined;
  #pending: Promise<void> | undefined;

  /** Rejects when the SDK is not installed. */
  static async open(url: string, run: SinkRun): Promise<OtlpSink> {
    let modules: Awaited<ReturnType<typeof importSdk>>;
    try {
      modules = await importSdk();
    } catch (cause) {
      throw new Error(`OpenTelemetry's SDK is not installed; npm install ${packages.join(' ')}`, { cause });
    }
    const { sdk, exporter, resources } = modules;
    const problems: Error[] = [];
    const reader = new sdk.PeriodicExportingMetricReader({
      exporter: noting(new exporter.OTLPMetricExporter({ url, timeoutMillis: exportMsMax }), problems),
      exportIntervalMillis: ownIntervalMs,
      exportTimeoutMillis: exportMsMax,
    });
    const attributes = { 'service.name': 'rkv-bench', 'rkv.run': run.id, 'rkv.driver': run.driver };
    const resource = resources.resourceFromAttributes(attributes);
    return new OtlpSink(url, new sdk.MeterProvider({ resource, readers: [reader] }), problems);
  }

  private constructor(url: string, provider: MeterProvider, problems: Error[]) {
    this.#problems = problems;
    this.name = `otlp:${url}`;
    this.#provider = provider;
    const meter = provider.getMeter('rkv-bench');
    const operations = meter.createObservableCounter('rkv.bench.operations', {
      description: 'Operations that ended, warm-up included',
    });
    operations.addCallback((result) => {
      for (const [operation, { ok, failed }] of this.#counts) {
        result.observe(ok, { operation, outcome: 'ok' });
        result.observe(failed, { operation, outcome: 'failed' });
      }
    });
    const rate = meter.createObservableGauge('rkv.bench.operations.rate', {
      unit: '1/s',
      description: 'Operations that succeeded in the last window, per second',
    });
    rate.addCallback((result) => {
      for (const { name: operation, opsPerSecond } of this.#latest?.operations ?? [])
        result.observe(opsPerSecond, { operation });
    });
    const latency = meter.createObservableGauge('rkv.bench.response_time', {
      unit: 's',
      description: 'Response times of the last window, by quantile; 1 is the longest',
    });
    latency.addCallback((result) => {
      for (const { name: operation, responseTimeMs } of this.#latest?.operations ?? []) {
        if (responseTimeMs === null) continue;
        for (const figure of latencyFigures)
          result.observe(responseTimeMs[figure] / 1000, { operation, quantile: quantiles[figure] });
      }
    });
    const offered = meter.createObservableGauge('rkv.bench.offered', { unit: '1/s' });
    offered.addCallback((result) => {
      const schedule = this.#latest?.schedule;
      if (schedule) result.observe(schedule.offeredPerSecond);
    });
    const backlog = meter.createObservableGauge('rkv.bench.backlog');
    backlog.addCallback((result) => {
      const schedule = this.#latest?.schedule;
      if (schedule) result.observe(schedule.backlog);
    });
  }

  async window(figures: WindowFigures): Promise<void> {
    this.#latest = figures;
    for (const { name, ok, failed } of figures.operations) {
      const counts = this.#counts.get(name) ?? { ok: 0, failed: 0 };
      this.#counts.set(name, { ok: counts.ok + ok, failed: counts.failed + failed });
    }
    // While a collector is slow, windows are passed over; the counters lose nothing by it.
    if (this.#pending !== undefined) return;
    this.#pending = this.#provider.forceFlush({ timeoutMillis: exportMsMax }).finally(() => {
      this.#pending = undefined;
    });
    await this.#pending;
    this.#throwProblem();
  }

  async end(): Promise<void> {
    await this.#pending?.catch(() => {});
    // Exports once more, so that the counters are whole.
    await this.#provider.shutdown({ timeoutMillis: exportMsMax });
    this.#throwProblem();
  }

  #throwProblem(): void {
    const [problem] = this.#problems.splice(0);
    if (problem !== undefined) throw problem;
  }
}

/** The reader of the SDK keeps to itself what an export failed with; here it is noted. */
function noting(exporter: PushMetricExporter, problems: Error[]): PushMetricExporter {
  return {
    export: (metrics, done) =>
      exporter.export(metrics, (result) => {
        if (result.code !== exportSuccess)
          problems.push(result.error ?? new Error('the collector did not take it in'));
        done({ code: exportSuccess });
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** ExportResultCode.SUCCESS of @opentelemetry/core. */
const exportSuccess = 0;

const packages = [
  '@opentelemetry/sdk-metrics@2.1.0',
  '@opentelemetry/resources@2.1.0',
  '@opentelemetry/exporter-metrics-otlp-http@0.205.0',
];

async function importSdk() {
  const [sdk, exporter, resources] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  return { sdk, exporter, resources };
}
