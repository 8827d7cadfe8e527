// A page that Prometheus scrapes while the run lasts: counters of what ended, gauges of the last window. It is made
// when somebody asks.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import { latencyFigures, quantiles, type Sink, type SinkRun, type WindowFigures } from './sink.js';

export class PrometheusSink implements Sink {
  readonly name: string;
  readonly #registry = new Registry();
  readonly #server: Server;
  readonly #operations: Counter<'operation' | 'outcome'>;
  readonly #rate: Gauge<'operation'>;
  readonly #latency: Gauge<'operation' | 'quantile'>;
  readonly #offered: Gauge;
  readonly #backlog: Gauge;
  readonly #elapsed: Gauge;

  /** Rejects when nothing can be served there. */
  static async open(host: string, port: number, run: SinkRun): Promise<PrometheusSink> {
    const sink = new PrometheusSink(host, port, run);
    sink.#server.listen(port, host);
    await once(sink.#server, 'listening');
    sink.#server.unref();
    return sink;
  }

  private constructor(host: string, port: number, run: SinkRun) {
    this.name = `prometheus:${host}:${port}`;
    this.#registry.setDefaultLabels({ run: run.id, driver: run.driver });
    const registers = [this.#registry];
    this.#operations = new Counter({
      name: 'rkv_bench_operations_total',
      help: 'Operations that ended, warm-up included',
      labelNames: ['operation', 'outcome'],
      registers,
    });
    this.#rate = new Gauge({
      name: 'rkv_bench_operations_per_second',
      help: 'Operations that succeeded in the last window, per second',
      labelNames: ['operation'],
      registers,
    });
    this.#latency = new Gauge({
      name: 'rkv_bench_response_time_seconds',
      help: 'Response times of the last window, by quantile; 1 is the longest',
      labelNames: ['operation', 'quantile'],
      registers,
    });
    this.#offered = new Gauge({
      name: 'rkv_bench_offered_per_second',
      help: 'Operations that were due in the last window, per second; an open loop alone has them',
      registers,
    });
    this.#backlog = new Gauge({
      name: 'rkv_bench_backlog',
      help: 'Operations that were due and waited at the end of the last window',
      registers,
    });
    this.#elapsed = new Gauge({
      name: 'rkv_bench_elapsed_seconds',
      help: 'From the start of the run to the end of the last window',
      registers,
    });
    this.#server = createServer((request, response) => {
      if (request.url !== '/metrics' && request.url !== '/') {
        response.writeHead(404).end('metrics are at /metrics\n');
        return;
      }
      void this.#registry.metrics().then((text) => {
        response.writeHead(200, { 'content-type': this.#registry.contentType }).end(text);
      });
    });
  }

  window({ operations, schedule, elapsedSeconds }: WindowFigures): void {
    this.#elapsed.set(elapsedSeconds);
    for (const { name: operation, ok, failed, opsPerSecond, responseTimeMs } of operations) {
      this.#operations.inc({ operation, outcome: 'ok' }, ok);
      this.#operations.inc({ operation, outcome: 'failed' }, failed);
      this.#rate.set({ operation }, opsPerSecond);
      for (const figure of latencyFigures) {
        const labels = { operation, quantile: quantiles[figure] };
        // A window without a success has no latency: NaN is what Prometheus calls that.
        this.#latency.set(labels, responseTimeMs === null ? Number.NaN : responseTimeMs[figure] / 1000);
      }
    }
    if (schedule === null) return;
    this.#offered.set(schedule.offeredPerSecond);
    this.#backlog.set(schedule.backlog);
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
