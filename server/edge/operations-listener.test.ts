import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedCluster } from '../sim/simulated-cluster.js';
import { listen } from './listen.js';
import { metricMeanings } from './metric-names.js';
import { type ObservedNode, OperationsListener } from './operations-listener.js';

let listener: OperationsListener | undefined;

async function serve(node: () => ObservedNode | undefined) {
  listener = new OperationsListener(node);
  const port = await listen(listener.server, '127.0.0.1', 0);
  return async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return { status: response.status, text: await response.text() };
  };
}

afterEach(async () => {
  const { server } = listener!;
  listener!.close();
  if (server.listening) await once(server, 'close');
});

describe('the operations port', () => {
  test('serves counters and gauges as Prometheus reads them', async () => {
    let late = 3;
    const node: ObservedNode = {
      name: 'node1@127.0.0.1',
      isReady: true,
      clients: () => ['one', 'two'],
      counters: () => [
        ['late_replies', late],
        ['lww_discarded_total', 7],
        ['role', 'master'],
      ],
    };
    const get = await serve(() => node);
    const first = await get('/metrics');
    expect(first.status).toBe(200);
    expect(first.text).toContain(
      '# TYPE rkv_connected_clients gauge\nrkv_connected_clients{node="node1@127.0.0.1"} 2',
    );
    expect(first.text).toContain('# TYPE rkv_late_replies_total counter');
    expect(first.text).toContain('rkv_lww_discarded_total{node="node1@127.0.0.1"} 7');
    expect(first.text).toContain('process_cpu_seconds_total');
    expect(first.text).not.toContain('master');
    late = 5;
    // A second look tells the number as it is then, not the sum of what was told.
    expect((await get('/metrics')).text).toContain('rkv_late_replies_total{node="node1@127.0.0.1"} 5');
  });

  test('tells health, and why a node is not ready', async () => {
    let node: ObservedNode | undefined;
    const get = await serve(() => node);
    expect(await get('/health/live')).toEqual({ status: 200, text: '{"live":true}\n' });
    expect(await get('/health/ready')).toEqual({
      status: 503,
      text: '{"ready":false,"reason":"the node has not begun"}\n',
    });
    node = { name: 'node1@127.0.0.1', isReady: true, clients: () => [], counters: () => [] };
    expect(await get('/health/ready')).toEqual({ status: 200, text: '{"ready":true}\n' });
    node = { ...node, isReady: false };
    expect((await get('/health/ready')).status).toBe(503);
  });

  test('says what there is to whoever asks for something else', async () => {
    const get = await serve(() => undefined);
    expect(await get('/')).toMatchObject({ status: 404, text: expect.stringContaining('/metrics') });
    expect((await get('/metrics', 'POST')).status).toBe(405);
  });
});

test('every counter of a node has a kind and a sentence, and there are no others', () => {
  const cluster = new SimulatedCluster({ nodes: 1, seed: 1 });
  const counters = cluster.node(0).counters();
  const told = ['connected_clients', ...counters.map(([name]) => name)];
  expect(told.filter((name) => metricMeanings[name] === undefined)).toEqual([]);
  expect(Object.keys(metricMeanings).filter((name) => !told.includes(name))).toEqual([]);
  for (const [name, { kind, help }] of Object.entries(metricMeanings)) {
    expect(name).toMatch(/^[a-z_]+$/);
    expect(['counter', 'gauge']).toContain(kind);
    expect(help.length).toBeGreaterThan(8);
  }
});
