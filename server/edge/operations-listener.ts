/**
 * What operators and orchestrators ask a node over HTTP: Prometheus metrics at /metrics, whether the process is
 * alive at /health/live, and whether the node should be sent requests at /health/ready. Read when somebody asks;
 * nothing is counted here.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { metricMeanings } from './metric-names.js';

/** What is served about a node; undefined while it has not begun. */
export interface ObservedNode {
  readonly name: string;
  readonly isReady: boolean;
  clients(): Iterable<unknown>;
  counters(): readonly (readonly [name: string, value: string | number])[];
}

export class OperationsListener {
  readonly server: Server;
  /** The node is about to end, and should be sent no requests any more. */
  isDraining = false;
  readonly #node: () => ObservedNode | undefined;
  readonly #registry = new Registry();
  readonly #metrics = new Map<string, Gauge | Counter>();

  constructor(node: () => ObservedNode | undefined) {
    this.#node = node;
    collectDefaultMetrics({ register: this.#registry });
    this.server = createServer((request, response) => void this.#answer(request, response));
    // Whoever asks does so in one small request; a slow one is none.
    this.server.requestTimeout = 5000;
    this.server.maxConnections = 64;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      send(response, 405, 'Only GET is served here.\n');
    } else if (path === '/metrics') {
      this.#collect();
      response.setHeader('Content-Type', this.#registry.contentType);
      send(response, 200, await this.#registry.metrics());
    } else if (path === '/health/live') {
      sendJson(response, 200, { live: true });
    } else if (path === '/health/ready') {
      const node = this.#node();
      const ready = node?.isReady === true && !this.isDraining;
      sendJson(response, ready ? 200 : 503, ready ? { ready } : { ready, reason: this.#reason });
    } else {
      send(response, 404, 'There are /metrics, /health/live and /health/ready.\n');
    }
  }

  /** Why the node is not ready. */
  get #reason(): string {
    if (this.isDraining) return 'the node is shutting down';
    return this.#node() === undefined ? 'the node has not begun' : 'not all members can be reached';
  }

  #collect(): void {
    const node = this.#node();
    if (node === undefined) return;
    const clients = ['connected_clients', [...node.clients()].length] as const;
    for (const [name, value] of [clients, ...node.counters()]) {
      if (typeof value !== 'number') continue;
      const metric = this.#metrics.get(name) ?? this.#create(name);
      if (metric instanceof Gauge) metric.set({ node: node.name }, value);
      else {
        metric.reset();
        metric.inc({ node: node.name }, value);
      }
    }
  }

  #create(name: string): Gauge | Counter {
    const { kind, help } = metricMeanings[name] ?? { kind: 'gauge', help: name };
    const isCounter = kind === 'counter';
    const suffix = isCounter && !name.endsWith('_total') ? '_total' : '';
    const options = { name: `rkv_${name}${suffix}`, help, labelNames: ['node'], registers: [this.#registry] };
    const metric = isCounter ? new Counter(options) : new Gauge(options);
    this.#metrics.set(name, metric);
    return metric;
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.setHeader('Content-Type', 'application/json');
  send(response, status, `${JSON.stringify(body)}\n`);
}
