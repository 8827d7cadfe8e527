// The open loop as its users meet it: the compiled command line, real drivers, a real Redis.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Results, resultsSchema } from '../../results/schema.js';
import { redisMissing, startRedis } from '../testing/redis-server.js';
import { runRkv, startRkv, until, withFolder } from '../testing/run-rkv.js';

async function bench(folder: string, ...flags: string[]): Promise<{ code: number | null; results: Results }> {
  const base = ['bench', 'run', '--quiet', '--no-charts', '--results', join(folder, 'out')];
  const { code, stderr } = await runRkv([...base, ...flags], folder);
  expect(stderr).not.toMatch(/^\s+at /m);
  return { code, results: await resultsOf(folder) };
}

async function resultsOf(folder: string): Promise<Results> {
  return resultsSchema.parse(
    JSON.parse(await readFile(join(folder, 'out', 'current', 'results.json'), 'utf8')),
  );
}

function rows(csv: string): number[][] {
  const lines = csv.trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(',').map(Number));
}

/** A driver of one operation that takes `ms`, or does what `body` says. */
async function writeDriver(folder: string, body: string): Promise<string> {
  const path = join(folder, 'driver.mjs');
  await writeFile(
    path,
    `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
     export default { name: 'made', defaults: { operations: { get: 1 } }, open: () => { ${body} } };`,
  );
  return path;
}

describe('an open loop', () => {
  test('keeps the rate that the ancestors lost: 5 workers x 100/s with operations of 5 ms', async () => {
    await withFolder(async (folder) => {
      const driver = await writeDriver(
        folder,
        "return { run: async () => (await sleep(5), { kind: 'ok' }) };",
      );
      const load = ['--driver', driver, '--workers', '5', '--rate-per-worker', '100', '--duration', '4s'];
      // Who takes turns loses a part in every run; a machine without time for the generator does now and then.
      for (let attempt = 1; ; attempt++) {
        const { results } = await bench(folder, ...load);
        expect(results.schedule).toMatchObject({ offered: 2000, dropped: 0 });
        expect(results.total.opsPerSecond).toBeLessThan(505);
        if (results.total.opsPerSecond <= 495 && attempt < 5) continue;
        expect(results.total.opsPerSecond).toBeGreaterThan(495);
        expect(results.total.ok).toBe(2000);
        break;
      }
    });
  });

  test('with too few workers is GENERATOR-BOUND, and exit code 5 with --strict', async () => {
    await withFolder(async (folder) => {
      const driver = await writeDriver(
        folder,
        "return { run: async () => (await sleep(20), { kind: 'ok' }) };",
      );
      const load = ['--driver', driver, '--workers', '2', '--rate', '1000', '--duration', '2s'];
      const { code, results } = await bench(folder, ...load, '--strict');
      expect(code).toBe(5);
      expect(results.verdict.kind).toBe('GENERATOR-BOUND');
      expect(results.verdict.reasons[0]).toMatch(/1000\/s were offered and .* all 2 workers were busy/);
      const { offered, dropped, backlog } = results.schedule!;
      expect(offered).toBe(2000);
      expect(dropped + backlog + results.total.ok).toBe(2000);
      // The last that started had waited nearly all the time.
      expect(results.total.responseTimeMs!.max).toBeGreaterThan(1000);
      const dropping = await bench(folder, ...load, '--at-limit', 'drop');
      expect(dropping.code).toBe(0);
      expect(dropping.results.total.dropped! + dropping.results.total.ok).toBe(2000);
      expect(dropping.results.verdict.reasons[0]).toMatch(/never started/);
    });
  });

  test('offers the same schedule whatever the number of threads', async () => {
    await withFolder(async (folder) => {
      const flags = [
        '--driver',
        'null',
        '--workers',
        '7',
        '--rate',
        '700',
        '--arrival',
        'poisson',
        '--duration',
        '1s',
      ];
      const one = await bench(folder, ...flags);
      const two = await bench(folder, ...flags, '--threads', '2');
      expect(two.results.schedule!.offered).toBe(one.results.schedule!.offered);
      const counts = ({ operations }: Results) =>
        Object.values(operations).map(({ ok, failed }) => ok + failed);
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
      expect(sum(counts(one.results))).toBe(one.results.schedule!.offered);
      expect(sum(counts(two.results))).toBe(two.results.schedule!.offered);
    });
  });

  test('keeps warm-up and cool-down in the timeline and out of the statistics', async () => {
    await withFolder(async (folder) => {
      const phases = [
        '--warm-up',
        '500ms',
        '--duration',
        '1s',
        '--cool-down',
        '500ms',
        '--report-interval',
        '200ms',
      ];
      const { results } = await bench(folder, '--driver', 'null', '--rate', '1000', ...phases);
      expect(results.total.ok).toBe(1000);
      expect(results.run.outside).toEqual({ ok: 1000, failed: 0 });
      expect(results.annotations.map(({ kind }) => kind)).toEqual(['warm-up', 'cool-down']);
      const summary = rows(await readFile(join(folder, 'out', 'current', 'summary.csv'), 'utf8'));
      expect(summary.reduce((sum, row) => sum + row[3]!, 0)).toBe(2000);
    });
  });

  test('offers what a profile of stages integrates to, and ends with it', async () => {
    await withFolder(async (folder) => {
      const { results } = await bench(
        folder,
        '--driver',
        'null',
        '--stages',
        '500ms@400,1s@..1000,500ms@200',
      );
      expect(results.run.plannedSeconds).toBe(2);
      // 200 + 700 + 100, one more or less for the edges.
      expect(Math.abs(results.schedule!.offered - 1000)).toBeLessThanOrEqual(1);
      expect(results.steadyState!.notTested).toMatch(/not meant to be steady/);
    });
  });
});

describe('limits and retries', () => {
  test('end a run after so many operations, in a closed and in an open loop', async () => {
    await withFolder(async (folder) => {
      const loads = [
        ['--driver', 'null', '--threads', '2'],
        ['--driver', 'null', '--think-time', '1ms'],
        ['--driver', 'memory'],
        ['--driver', 'memory', '--rate', '2000'],
      ];
      for (const load of loads) {
        const operations = ['--operations', 'get=1,put=1', '--max-operations', '999', '--workers', '4'];
        const { code, results } = await bench(folder, ...load, ...operations);
        expect([code, results.total.ok, results.run.end], load.join(' ')).toEqual([0, 999, 'completed']);
      }
    });
  });

  test('tries again what certainly had no effect, and counts it', async () => {
    await withFolder(async (folder) => {
      const body = `let calls = 0;
        return { run: async () => (++calls % 3 === 0 ? { kind: 'ok' } : { kind: 'failed', code: 'busy', definite: true }) };`;
      const driver = await writeDriver(folder, body);
      const load = ['--driver', driver, '--workers', '1', '--max-operations', '300'];
      const never = await bench(folder, ...load);
      expect([never.results.total.ok, never.results.total.failed, never.results.total.retried]).toEqual([
        100, 200, 0,
      ]);
      expect(never.results.total.failedTimeMs!.definite!.count).toBe(200);
      const twice = await bench(folder, ...load, '--retries', '2');
      expect([twice.results.total.ok, twice.results.total.failed, twice.results.total.retried]).toEqual([
        300, 0, 600,
      ]);
    });
  });
});

describe('a driver that throws', () => {
  test('loses no row and no error: once in 50 ms for 3 s, sixty times in all', async () => {
    await withFolder(async (folder) => {
      const body = "return { run: async () => { await sleep(50); throw new Error('boom'); } };";
      const driver = await writeDriver(folder, body);
      const flags = [
        '--driver',
        driver,
        '--workers',
        '1',
        '--rate',
        '20',
        '--duration',
        '3s',
        '--report-interval',
        '50ms',
      ];
      const { code, results } = await bench(folder, ...flags);
      expect(code).toBe(0);
      expect(results.errors).toMatchObject([{ code: 'crash', example: 'boom' }]);
      expect(results.total.failed).toBeGreaterThanOrEqual(55);
      expect(results.schedule!.offered).toBe(60);
      const text = await readFile(join(folder, 'out', 'current', 'get_latencies.csv'), 'utf8');
      const spans = rows(text);
      // A window that the thread was held up for is longer; none is missing.
      expect(spans.reduce((sum, row) => sum + row[1]!, 0)).toBeCloseTo(spans.at(-1)![0]!, 3);
      expect(spans.reduce((sum, row) => sum + row[10]!, 0)).toBe(results.total.failed);
    });
  });
});

describe('measurements.csv', () => {
  test('has the generator, the machine and the load thread, and what a server tells', async () => {
    await withFolder(async (folder) => {
      const { createServer } = await import('node:http');
      const server = createServer((_, response) => {
        response.end('# HELP x y\nkeys_total{node="a,b"} 42\nlatency_bucket{le="1"} 3\nup 1\n');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = server.address() as { port: number };
        const url = `http://127.0.0.1:${port}/metrics`;
        const flags = ['--duration', '1500ms', '--report-interval', '250ms', '--rate', '100'];
        await bench(folder, '--driver', 'null', ...flags, '--server-metrics', url);
        const text = await readFile(join(folder, 'out', 'current', 'measurements.csv'), 'utf8');
        expect(text.split('\n')[0]).toBe('elapsed,source,metric,unit,value');
        expect(text).toMatch(/^[\d.]+,generator,rss,bytes,\d+/m);
        expect(text).toMatch(/^[\d.]+,generator,cpu,cores,[\d.]+/m);
        expect(text).toMatch(/^[\d.]+,load-thread-1,gc_pauses,1,\d+/m);
        expect(text).toContain(`${url},"keys_total{node=""a,b""}",,42`);
        expect(text).not.toContain('latency_bucket');
      } finally {
        server.close();
      }
    });
  });
});

describe('a store that stands still for two seconds', () => {
  // The truth of 1000/s over 20 s: those due in the stall wait for the rest of it, evenly from 2 s down to 0, so a
  // twentieth of all waits for more than 1 s and a hundredth for more than 1.8 s.
  const attemptsMax = 2;

  test.skipIf(redisMissing !== undefined)(
    `shows in the percentiles as long as it was${redisMissing === undefined ? '' : ` (skipped: ${redisMissing})`}`,
    async (context) => {
      // A machine that does other work only adds to latencies. So they are never below the truth; and that they are not
      // above it can be seen where the generator was on time and the store answered at once.
      let disturbed = '';
      for (let attempt = 1; attempt <= attemptsMax; attempt++) {
        const { generator, total } = await freeze();
        const { p50, p95, p99 } = total.responseTimeMs!;
        const seen = `p50 ${p50}, p95 ${p95}, p99 ${p99}`;
        expect(total.ok).toBe(20_000);
        expect(p95, seen).toBeGreaterThan(950);
        expect(p99, seen).toBeGreaterThan(1746);
        expect(total.serviceTimeMs!.p95).toBeLessThan(500);
        const lagMs = generator.scheduleLagMs!.p99;
        const serviceMs = total.serviceTimeMs!.p95;
        if (lagMs <= 1 && serviceMs <= 1) {
          expect(p50, seen).toBeLessThan(2);
          expect(p95, seen).toBeLessThan(1050);
          expect(p99, seen).toBeLessThan(1854);
          return;
        }
        disturbed = `schedule lag p99 ${lagMs} ms, service time p95 ${serviceMs} ms; ${seen}`;
      }
      context.skip(`the machine was too busy to see the upper bounds (${disturbed})`);
    },
    120_000,
  );

  /** Runs the load, and stops the store at 8 s for 2 s. */
  async function freeze(): Promise<Results> {
    const redis = await startRedis();
    try {
      return await withFolder(async (folder) => {
        const load = [
          '--driver',
          'redis',
          '--endpoint',
          `127.0.0.1:${redis.port}`,
          '--rate',
          '1000',
          '--workers',
          '10',
        ];
        const flags = [
          ...load,
          '--duration',
          '20s',
          '--no-charts',
          '--quiet',
          '--results',
          join(folder, 'out'),
        ];
        const run = startRkv(['bench', 'run', ...flags], folder);
        const written = join(folder, 'out', 'current', 'summary.csv');
        await untilRows(written, 8);
        redis.freeze(2000);
        const { code } = await run.ended;
        expect(code).toBe(0);
        return resultsOf(folder);
      });
    } finally {
      await redis.stop();
    }
  }
});

async function untilRows(path: string, count: number): Promise<void> {
  let text = '';
  await until(`${count} rows`, () => {
    readFile(path, 'utf8').then(
      (read) => {
        text = read;
      },
      () => {},
    );
    return text.split('\n').length > count + 1;
  });
}
