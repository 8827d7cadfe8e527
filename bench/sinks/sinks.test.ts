import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../statistics/index.js';
import { LiveSinks, parseSink, windowFigures } from './index.js';

describe('--sink', () => {
  test.each([
    ['prometheus:9464', { kind: 'prometheus', host: '127.0.0.1', port: 9464 }],
    ['prometheus:0.0.0.0:80', { kind: 'prometheus', host: '0.0.0.0', port: 80 }],
    ['otlp:http://localhost:4318', { kind: 'otlp', url: 'http://localhost:4318/v1/metrics' }],
    ['otlp:https://a.b/otlp/v1/metrics', { kind: 'otlp', url: 'https://a.b/otlp/v1/metrics' }],
    ['jsonl:-', { kind: 'jsonl', file: '-' }],
    ['jsonl:a:b.jsonl', { kind: 'jsonl', file: 'a:b.jsonl' }],
  ])('%s is understood', (text, spec) => {
    expect(parseSink(text)).toEqual(spec);
  });

  test.each([
    ['prometheus', '"prometheus" is no sink; write prometheus:9464'],
    ['prometheus:http', '"http" is no port'],
    ['prometheus:70000', '"70000" is no port'],
    ['otlp:localhost', '"localhost" is no address'],
    ['statsd:8125', 'there is no sink "statsd"'],
  ])('%s is refused in a sentence', (text, sentence) => {
    expect(parseSink(text)).toContain(sentence);
  });
});

const histogram = new LatencyHistogram();
for (let us = 1; us <= 1000; us++) histogram.record(us);
const window = {
  fromMs: 1000,
  toMs: 3000,
  operations: [
    { ok: 1000, failed: 2, latencies: histogram },
    { ok: 0, failed: 0, latencies: new LatencyHistogram() },
  ],
  schedule: { offered: 1200, backlog: 7 },
};
const figures = windowFigures(['get', 'put'], window);

test('a window becomes figures with their units', () => {
  expect(figures).toMatchObject({
    elapsedSeconds: 3,
    windowSeconds: 2,
    schedule: { offeredPerSecond: 600, backlog: 7 },
    operations: [
      {
        name: 'get',
        ok: 1000,
        failed: 2,
        opsPerSecond: 500,
        responseTimeMs: { p50: 0.5, p99: 0.99, max: 1 },
      },
      { name: 'put', ok: 0, opsPerSecond: 0, responseTimeMs: null },
    ],
  });
});

test('a sink that fails is said once and counted, and holds up no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rkv-sinks-'));
  try {
    const notes: string[] = [];
    const file = join(folder, 'windows.jsonl');
    const specs = [
      { kind: 'jsonl', file: join(folder, 'nowhere', 'windows.jsonl') },
      { kind: 'prometheus', host: 'no.such.host.invalid', port: 1 },
      { kind: 'jsonl', file },
    ] as const;
    const sinks = await LiveSinks.open(specs, { id: 'r1', driver: 'null' }, (line) => notes.push(line));
    for (let i = 0; i < 3; i++) sinks.window(figures);
    await sinks.end(undefined);
    sinks.window(figures);
    const [missing, unknown, whole] = sinks.outcomes();
    expect(missing!.problem).toContain('ENOENT');
    expect(unknown).toMatchObject({
      windows: 0,
      failed: 1,
      problem: expect.stringContaining('no.such.host'),
    });
    expect(whole).toEqual({ sink: `jsonl:${file}`, windows: 3, failed: 0, problem: null });
    expect(notes).toHaveLength(2);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toMatchObject({ type: 'window', run: 'r1', elapsedSeconds: 3 });
  } finally {
    await rm(folder, { recursive: true });
  }
});
