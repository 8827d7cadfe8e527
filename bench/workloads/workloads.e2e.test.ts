// Named workloads on a real Redis and on the bundled cluster: everything that is read has been loaded.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { redisMissing, startRedis, type TestRedis } from '../testing/redis-server.js';
import { runRkv, withFolder } from '../testing/run-rkv.js';

async function run(args: string[]): Promise<Results> {
  return withFolder(async (folder) => {
    const flags = ['--duration', '1s', '--quiet', '--no-charts', '--json', '--results', folder];
    const { stdout, stderr } = await runRkv(['bench', 'run', ...flags, ...args]);
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Results;
  });
}

describe.skipIf(redisMissing !== undefined)(`on Redis${redisMissing ?? ''}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.stop();
  });

  test.each(['a', 'd', 'f'])('ycsb-%s finds all that it reads', async (letter) => {
    const endpoint = `127.0.0.1:${redis.port}`;
    const args = ['--workload', `ycsb-${letter}:2000`, '--driver', 'redis', '--endpoint', endpoint];
    const results = await run([...args, '--workers', '4']);
    expect(results.total.failed).toBe(0);
    expect(results.total.missing).toBe(0);
    expect(results.config.workload).toBe(`ycsb-${letter}:2000`);
    const counts = Object.values(results.operations).map(({ ok }) => ok);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });
});

test('ycsb-b on the bundled cluster finds all that it reads', async () => {
  const results = await run(['--workload', 'ycsb-b:500', '--nodes', '1', '--n', '1']);
  expect(results.total.failed).toBe(0);
  expect(results.total.missing).toBe(0);
  expect(results.operations.read?.ok).toBeGreaterThan(0);
});
