// The sinks as their readers see them: a scrape while the run lasts, a collector that gets OpenTelemetry's JSON, lines
// in a file, and a run that does not mind a collector that is not there.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { startRkv, until, withFolder } from '../testing/run-rkv.js';

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface DataPoint {
  asInt?: number;
  asDouble?: number;
  attributes: { key: string; value: { stringValue: string } }[];
}

interface Received {
  resourceMetrics: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeMetrics: {
      metrics: { name: string; sum?: { dataPoints: DataPoint[] }; gauge?: { dataPoints: DataPoint[] } }[];
    }[];
  }[];
}

const load = [
  ...['--driver', 'null', '--operations', 'get=1', '--rate', '500', '--duration', '2s'],
  ...['--report-interval', '100ms', '--no-charts', '--quiet', '--json'],
];

test('a run is told to a scraper, a collector and a file while it lasts', async () => {
  const received: Received[] = [];
  const collector = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push(JSON.parse(text) as Received);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  try {
    await withFolder(async (folder) => {
      const port = await freePort();
      const { port: collectorPort } = collector.address() as AddressInfo;
      const file = join(folder, 'windows.jsonl');
      const sinks = [`prometheus:${port}`, `otlp:http://127.0.0.1:${collectorPort}`, `jsonl:${file}`];
      const flags = [
        'bench',
        'run',
        ...load,
        '--results',
        folder,
        ...sinks.flatMap((one) => ['--sink', one]),
      ];
      const started = startRkv(flags);
      let page = '';
      const scrape = async (): Promise<void> => {
        const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
        page = (await response?.text()) ?? page;
      };
      let isEnded = false;
      void started.ended.then(() => {
        isEnded = true;
      });
      await until('a scrape with an operation in it', () => {
        if (/rkv_bench_operations_total\{[^}]*outcome="ok"[^}]*\} [1-9]/.test(page)) return true;
        if (isEnded) return true;
        void scrape();
        return false;
      });
      const { code, stdout, stderr } = await started.ended;
      expect(code, stderr).toBe(0);
      expect(page).toMatch(
        /rkv_bench_operations_total\{operation="get",outcome="ok",run="[^"]+",driver="null"\} [1-9]/,
      );
      expect(page).toContain('rkv_bench_response_time_seconds{operation="get",quantile="0.99"');

      const results = JSON.parse(stdout) as Results;
      expect(results.sinks?.map(({ failed, problem }) => [failed, problem])).toEqual(
        sinks.map(() => [0, null]),
      );
      const total = results.total.ok + results.total.failed;

      const metrics = received.flatMap(({ resourceMetrics }) =>
        resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
      );
      const counted = metrics
        .filter(({ name }) => name === 'rkv.bench.operations')
        .flatMap(({ sum }) => sum!.dataPoints)
        .filter(({ attributes }) => attributes.some(({ value }) => value.stringValue === 'ok'))
        .map(({ asInt, asDouble }) => asInt ?? asDouble);
      expect(counted.at(-1)).toBe(total);
      expect(metrics.some(({ name }) => name === 'rkv.bench.response_time')).toBe(true);
      const [{ resource }] = received[0]!.resourceMetrics as [Received['resourceMetrics'][0]];
      expect(resource.attributes).toContainEqual({
        key: 'service.name',
        value: { stringValue: 'rkv-bench' },
      });

      const lines = (await readFile(file, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const windows = lines.filter(({ type }) => type === 'window');
      expect(windows.reduce((sum, { operations }) => sum + operations[0].ok, 0)).toBe(results.total.ok);
      expect(lines.at(-1)).toMatchObject({
        type: 'end',
        run: results.run.id,
        verdict: { kind: results.verdict.kind },
      });
    });
  } finally {
    collector.close();
    collector.closeAllConnections();
  }
});

test('a collector that is not there costs nothing but a note', async () => {
  await withFolder(async (folder) => {
    const gone = await freePort();
    const sink = ['--sink', `otlp:http://127.0.0.1:${gone}`];
    const flags = load.filter((flag) => flag !== '--quiet');
    const { code, stdout, stderr } = await startRkv(['bench', 'run', ...flags, ...sink, '--results', folder])
      .ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`Sink otlp:http://127.0.0.1:${gone}/v1/metrics:`);
    const { sinks, total } = JSON.parse(stdout) as Results;
    expect(sinks![0]!.failed).toBeGreaterThan(0);
    expect(total.ok).toBeGreaterThan(0);
    const wrong = await startRkv(['bench', 'run', ...load, '--sink', 'statsd:8125']).ended;
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('there is no sink "statsd"');
  });
});
