// The load generator as its users meet it: the compiled command line, real sockets, real files.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { resultsSchema } from '../../results/schema.js';
import { freePort } from '../perf/free-port.js';
import { redisMissing, startRedis } from '../testing/redis-server.js';
import { isAlive, runRkv, startRkv, until, withFolder } from '../testing/run-rkv.js';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const summaryHeader = 'elapsed, window, total, successful, failed';
const latencyHeader = 'elapsed, window, n, min, mean, median, 95th, 99th, 99_9th, max, errors';

async function readRun(folder: string) {
  const current = join(folder, 'current');
  const files = (await readdir(current)).sort();
  const text = (name: string) => readFile(join(current, name), 'utf8');
  const results = resultsSchema.parse(JSON.parse(await text('results.json')));
  return { files, text, results, current };
}

function rows(csv: string): number[][] {
  return csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(', ').map(Number));
}

describe('rkv bench run', () => {
  test('leaves the tutorial’s files of a run on the bundled cluster', async () => {
    await withFolder(async (folder) => {
      const { code, stdout, stderr } = await runRkv([
        'bench',
        'run',
        '--duration',
        '3s',
        '--results',
        folder,
      ]);
      expect(stderr).not.toMatch(/error/i);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Benchmark finished\nNo Errors\n/);
      expect(stdout).toMatch(/[\d,]+ ops\/s {3}p99 [\d.]+ (µs|ms)/);
      const { files, text, results } = await readRun(folder);
      const labels = ['get', 'get-own-puts', 'put'];
      expect(files).toEqual(
        [
          'errors.csv',
          'histograms.hlog',
          'measurements.csv',
          'percentiles.csv',
          'report.html',
          'results.json',
          'summary.csv',
          'summary.png',
          ...labels.flatMap((label) => [
            `${label}_latencies.csv`,
            `latency_${label}.png`,
            `percentiles_${label}.png`,
            `throughput_${label}.png`,
          ]),
        ].sort(),
      );
      const summary = await text('summary.csv');
      expect(summary.split('\n')[0]).toBe(summaryHeader);
      expect(rows(summary)).toHaveLength(3);
      let elapsed = 0;
      for (const [at = 0, window = 0, total = 0, successful = 0, failed = 0] of rows(summary)) {
        expect(at - window).toBeCloseTo(elapsed, 3);
        expect(total).toBe(successful + failed);
        elapsed = at;
      }
      expect(rows(summary).reduce((sum, row) => sum + row[3]!, 0)).toBe(results.total.ok);
      for (const label of labels) {
        const latencies = await text(`${label}_latencies.csv`);
        expect(latencies.split('\n')[0]).toBe(latencyHeader);
        expect(rows(latencies)).toHaveLength(3);
      }
      expect(await text('errors.csv')).toBe('"error","count"\n');
      expect(results.operations.put!.ok).toBeGreaterThan(results.operations.get!.ok);
      expect(results.operations.get_own_puts!.missing).toBe(0);
      expect(results.target.endpoints).toHaveLength(3);
      expect(await readlink(join(folder, 'current'))).toBe(results.run.id);
    });
  });

  test('writes a row per successful operation with --raw', async () => {
    await withFolder(async (folder) => {
      const flags = [
        '--driver',
        'memory',
        '--duration',
        '300ms',
        '--no-charts',
        '--raw',
        '--results',
        folder,
      ];
      expect((await runRkv(['bench', 'run', ...flags])).code).toBe(0);
      const { text, results } = await readRun(folder);
      const single = await text('get-own-puts_single.csv');
      expect(single.split('\n')[0]).toBe('timestamp, unit, microseconds');
      expect(rows(single)).toHaveLength(results.operations.get_own_puts!.ok);
      const startedMs = Date.parse(results.run.startedAt);
      for (const [timestamp = 0, unit, microseconds = -1] of rows(single).slice(0, 100)) {
        expect(timestamp).toBeGreaterThanOrEqual(startedMs - 1);
        expect(timestamp).toBeLessThanOrEqual(startedMs + 10_000);
        expect(unit).toBe(1);
        expect(microseconds).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test('takes a TypeScript configuration and a TypeScript driver as they are, and counts a driver’s mistakes', async () => {
    await withFolder(async (folder) => {
      await writeFile(
        join(folder, 'odd.ts'),
        `interface Odd { calls: number }
         const state: Odd = { calls: 0 };
         export default {
           name: 'odd',
           operations: ['fine', 'throws', 'nonsense'],
           open: () => ({
             async run(operation: string, drawKey: () => number, drawValue: () => Buffer) {
               state.calls++;
               if (drawKey() < 1 || drawValue().length !== 7) throw new Error('wrong data');
               await new Promise((resolve) => setImmediate(resolve));
               if (operation === 'throws') throw new Error('on purpose');
               if (operation === 'nonsense') return 'done';
               return { kind: 'ok', units: 2 };
             },
           }),
         };`,
      );
      await writeFile(
        join(folder, 'odd.bench.ts'),
        `const seconds: number = 1;
         export default { driver: './odd.ts', duration: \`\${seconds}s\`, operations: { fine: 8, throws: 1, nonsense: 1 },
           keyGenerator: ['uniform_int', 10], valueGenerator: ['fixed_bin', 7], testDir: 'out', reportInterval: '500ms' };`,
      );
      const { code, stdout } = await runRkv(
        ['bench', 'run', '--config', 'odd.bench.ts', '--no-charts'],
        folder,
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/Total Errors:\n[\s\S]*throws crash: [\d,]+ [\s\S]*on purpose/);
      expect(stdout).toMatch(/nonsense driver_bug: [\d,]+ [\s\S]*"done", which is no outcome/);
      const { results, text } = await readRun(join(folder, 'out'));
      expect(results.operations.fine!.units).toBe(2 * results.operations.fine!.ok);
      expect(results.operations.throws!.ok).toBe(0);
      expect(results.operations.throws!.failed).toBeGreaterThan(0);
      expect(rows(await text('summary.csv'))).toHaveLength(2);
    });
  });

  test('takes a module that imports defineBench and defineDriver from rkv', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'node_modules'));
      await symlink(packageFolder, join(folder, 'node_modules', 'rkv'));
      await writeFile(
        join(folder, 'quick.ts'),
        `import { defineDriver } from 'rkv';
         export default defineDriver({
           name: 'quick',
           defaults: { operations: [['get', 1]], duration: '200ms', reportInterval: '100ms' },
           open: () => ({ run: () => ({ kind: 'ok' }) }),
         });`,
      );
      await writeFile(
        join(folder, 'quick.bench.ts'),
        `import { defineBench } from 'rkv';
         export default defineBench({ driver: './quick.ts', concurrentWorkers: 3, testDir: 'out' });`,
      );
      const { code, stdout, stderr } = await runRkv(
        ['bench', 'run', '--config', 'quick.bench.ts', '--no-charts'],
        folder,
      );
      expect(stderr).toMatch(/3 workers, max rate, 200ms, get 1 on driver quick/);
      expect(stdout).toMatch(/^Benchmark finished\nNo Errors\n/);
      expect(code).toBe(0);
    });
  });

  test('leaves complete files and no server when it is interrupted', async () => {
    await withFolder(async (folder) => {
      const run = startRkv(['bench', 'run', '--duration', '10m', '--no-charts', '--results', folder]);
      const rowsWritten = await until('two rows', () => {
        try {
          const lines = readFileSync(join(folder, 'current', 'summary.csv'), 'utf8');
          return lines.split('\n').length > 3 && lines;
        } catch {
          return undefined;
        }
      });
      expect(rowsWritten.split('\n')[0]).toBe(summaryHeader);
      const servers = childrenOf(run.child.pid!);
      expect(servers.length).toBeGreaterThanOrEqual(3);
      run.child.kill('SIGINT');
      const { code, stdout } = await run.ended;
      expect(code).toBe(130);
      expect(stdout).toMatch(/interrupted/);
      expect(servers.filter(isAlive)).toEqual([]);
      const { results, text } = await readRun(folder);
      expect(results.run.end).toBe('interrupted');
      expect(results.verdict.kind).toBe('INVALID');
      expect(rows(await text('summary.csv')).reduce((sum, row) => sum + row[3]!, 0)).toBe(results.total.ok);
    });
  });

  test('leaves no server behind when it is killed', async () => {
    await withFolder(async (folder) => {
      const run = startRkv(['bench', 'run', '--duration', '10m', '--no-charts', '--results', folder]);
      const servers = await until('three servers', () => {
        const pids = childrenOf(run.child.pid!);
        return pids.length >= 3 && pids;
      });
      run.child.kill('SIGKILL');
      await run.ended;
      await until('the servers to end', () => !servers.some(isAlive));
    });
  });

  test('goes on when a server is killed, and counts the errors by reason', async () => {
    await withFolder(async (folder) => {
      const run = startRkv([
        'bench',
        'run',
        '--duration',
        '6s',
        '--workers',
        '16',
        '--no-charts',
        '--results',
        folder,
      ]);
      const servers = await until('the run to have begun', () => {
        try {
          const lines = readFileSync(join(folder, 'current', 'summary.csv'), 'utf8');
          return lines.split('\n').length > 2 && childrenOf(run.child.pid!);
        } catch {
          return undefined;
        }
      });
      process.kill(servers[1]!, 'SIGKILL');
      const { code } = await run.ended;
      expect(code).toBe(0);
      const { results, text } = await readRun(folder);
      const summary = rows(await text('summary.csv'));
      expect(summary).toHaveLength(6);
      expect(summary.at(-1)![3]).toBeGreaterThan(0);
      expect(summary.reduce((sum, row) => sum + row[4]!, 0)).toBe(results.total.failed);
      expect(results.errors.reduce((sum, { count }) => sum + count, 0)).toBe(results.total.failed);
      expect(results.verdict.kind).toBe('UNSTABLE');
    });
  });
});

describe('rkv bench run on Redis', () => {
  test.skipIf(redisMissing !== undefined)(
    `puts the same load on a real server${redisMissing === undefined ? '' : ` (skipped: ${redisMissing})`}`,
    async () => {
      const redis = await startRedis();
      try {
        await withFolder(async (folder) => {
          for (const connections of ['shared', 'per-worker']) {
            const endpoint = `127.0.0.1:${redis.port}`;
            const load = ['--duration', '1s', '--workers', '20', '--connections', connections, '--no-charts'];
            const flags = ['--driver', 'redis', '--endpoint', endpoint, ...load, '--results', folder];
            const { code, stdout } = await runRkv(['bench', 'run', ...flags]);
            expect(code).toBe(0);
            expect(stdout).toMatch(/^Benchmark finished\nNo Errors\n/);
            const { results } = await readRun(folder);
            expect(results.total.ok).toBeGreaterThan(100);
            expect(results.operations.get_own_puts!.missing).toBe(0);
          }
        });
      } finally {
        await redis.stop();
      }
    },
  );
});

describe('wrong input', () => {
  test.each([
    [['--frobnicate'], /frobnicate/],
    [['--driver', 'reids'], /unknown driver "reids"; did you mean "redis"/],
    [['--driver', './nowhere.ts'], /no file "\.\/nowhere\.ts"/],
    [['--operations', 'gett=1'], /no operation "gett"; did you mean "get"/],
    [['--operations', 'get=0,put=0'], /operations: .*zero/],
    [['--operations', 'get_own_puts=1'], /give put a weight/],
    [['--duration', '0s'], /duration: .*longer than zero/],
    [['--duration', '60'], /no unit; write 60s/],
    [['--key-generator', 'unifrom_int:10'], /"unifrom_int"; did you mean "uniform_int"/],
    [['--value-generator', 'fixed_bin'], /fixed_bin/],
    [['--random-algorithm', 'mersenne'], /mersenne.*Known: /],
    [['--endpoint', 'localhost'], /"localhost" is not host:port/],
    [['--n', '5'], /5 replicas need at least 5 nodes/],
    [['--ring-size', '60'], /60 is not a power of two/],
    [['--config', 'missing.ts'], /no file "missing\.ts"/],
  ])('%j is answered with one sentence and exit code 3', async (flags, message) => {
    await withFolder(async (folder) => {
      const { code, stdout, stderr } = await runRkv(
        ['bench', 'run', ...flags, '--results', join(folder, 'out')],
        folder,
      );
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stdout).toBe('');
      expect(code).toBe(3);
      expect(await readdir(folder)).toEqual([]);
    });
  });

  test('all problems are named at once', async () => {
    const flags = [
      '--value-generator',
      'nope:1',
      '--operations',
      'x=1',
      '--n',
      '9',
      '--random-algorithm',
      'dice',
    ];
    const { stderr } = await runRkv(['bench', 'run', ...flags]);
    for (const path of ['valueGenerator', 'operations', 'n', 'randomAlgorithm'])
      expect(stderr).toContain(`${path}: `);
  });

  test('an endpoint that refuses is said to, and nothing is left', async () => {
    await withFolder(async (folder) => {
      const endpoint = `127.0.0.1:${await freePort()}`;
      for (const driver of ['redis', 'rkv']) {
        const flags = ['--driver', driver, '--endpoint', endpoint, '--results', join(folder, 'out')];
        const { code, stderr } = await runRkv(['bench', 'run', ...flags]);
        expect(stderr).toMatch(new RegExp(`${endpoint}.*ECONNREFUSED`));
        expect(stderr).not.toMatch(/^\s+at /m);
        expect(code).toBe(3);
        expect(await readdir(folder)).toEqual([]);
      }
    });
  });

  test('a results folder that cannot be written is said to before anything starts', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const { code, stderr } = await runRkv([
        'bench',
        'run',
        '--results',
        join(folder, 'file'),
        '--duration',
        '1s',
      ]);
      expect(stderr).toMatch(/file/);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(3);
    });
  });

  test('a real folder called current is not replaced', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'current'));
      const { code, stderr } = await runRkv([
        'bench',
        'run',
        '--results',
        folder,
        '--driver',
        'null',
        '--duration',
        '1s',
      ]);
      expect(stderr).toMatch(/current/);
      expect(code).toBe(3);
      expect(await readdir(folder)).toEqual(['current']);
    });
  });
});

/** Process ids whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return listing
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child!);
}
