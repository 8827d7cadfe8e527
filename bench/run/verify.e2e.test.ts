// Verified runs as their users meet them: a right store is cleared, a wrong one is found and named.
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resultsSchema } from '../../results/schema.js';
import { redisMissing, startRedis } from '../testing/redis-server.js';
import { runRkv, withFolder } from '../testing/run-rkv.js';

const common = ['--key-generator', 'uniform_int:50', '--workers', '4', '--no-charts', '--quiet'];

async function verified(folder: string, args: readonly string[], before: readonly string[] = common) {
  const quiet = ['--no-charts', '--quiet'].filter((flag) => ![...before, ...args].includes(flag));
  const ended = await runRkv(['bench', 'run', ...before, ...quiet, ...args, '--results', folder]);
  const text = (name: string) => readFile(join(folder, 'current', name), 'utf8');
  const results = resultsSchema.parse(JSON.parse(await text('results.json')));
  const { verification } = results;
  return { ...ended, results, verification: verification!, violations: await text('violations.csv') };
}

/** Acknowledges every third put and forgets it. */
const forgetful = `
const store = new Map();
let puts = 0;
export default {
  name: 'forgetful', operations: ['get', 'put'], forgetsAtClose: true,
  open: () => ({ async run(operation, drawKey, drawValue) {
    const key = drawKey();
    if (operation === 'put') {
      if (++puts % 3 !== 0) store.set(key, Buffer.from(drawValue()));
      return { kind: 'ok' };
    }
    const value = store.get(key);
    return value === undefined ? { kind: 'missing' } : { kind: 'ok', value };
  } }),
};`;

describe('rkv bench run --verify', () => {
  test.skipIf(redisMissing)('finds nothing wrong with a Redis', async () => {
    await withFolder(async (folder) => {
      const redis = await startRedis();
      try {
        const endpoint = `127.0.0.1:${redis.port}`;
        const load = ['--driver', 'redis', '--endpoint', endpoint, '--max-operations', '5000'];
        const run = await verified(folder, [
          ...load,
          '--verify',
          'linearizable',
          '--value-generator',
          'uniform_bin:32:300000',
        ]);
        expect(run.code).toBe(0);
        expect(Object.values(run.verification.violations).every((count) => count === 0)).toBe(true);
        expect(run.verification.reads).toBeGreaterThan(1000);
        expect(run.verification.writes).toBeGreaterThan(1000);
        expect(run.verification.unseenReads).toBe(0);
        expect(run.verification.audit).toMatchObject({ unread: 0, skipped: null });
        expect(run.verification.audit.keys).toBe(50);
        expect(run.stdout).toContain('no violation');
      } finally {
        await redis.stop();
      }
    });
  });

  test('finds and names what a store forgets', async () => {
    await withFolder(async (folder) => {
      const driver = join(folder, 'forgetful.mjs');
      await writeFile(driver, forgetful);
      const load = ['--driver', driver, '--operations', 'get=1,put=1', '--max-operations', '5000'];
      const run = await verified(folder, [...load, '--verify', 'read-your-writes']);
      expect(run.code).toBe(4);
      expect(run.verification.broken).toEqual(['read-your-writes']);
      expect(run.verification.violations['not-linearizable']).toBeGreaterThan(0);
      expect(run.stdout).toContain('BROKEN: read-your-writes');
      expect(run.violations).toMatch(/^seconds,kind,key,detail\n/);
      expect(run.violations).toContain(',read-your-writes,');
    });
  });

  test('knows keys of bytes, steps, deletes and several threads, and finds nothing wrong with a right store', async () => {
    await withFolder(async (folder) => {
      const config = {
        driver: 'memory',
        // In one thread: each has a store of its own.
        concurrentWorkers: 6,
        maxOperations: 6000,
        keyGenerator: 'concat_binary(constant:user, int_to_str(uniform_int:40))',
        valueGenerator: 'uniform_bin:32:200',
        operations: [
          { name: 'visit', weight: 3, steps: ['get', { wait: '1ms' }, 'put', 'get'] },
          { name: 'get', weight: 2 },
          { name: 'put', weight: 2, keyGenerator: ['to_binstr', 'user~b', ['uniform_int', 40]] },
          { name: 'delete', weight: 1 },
        ],
        verify: { expect: 'linearizable' },
      };
      await writeFile(join(folder, 'a.json'), JSON.stringify(config));
      const run = await verified(folder, ['--config', join(folder, 'a.json')], []);
      expect(run.stderr).toBe('');
      expect(run.code).toBe(0);
      expect(run.verification.keys).toBe(40);
      // Steps are operations by themselves.
      expect(run.verification.reads + run.verification.writes).toBeGreaterThan(9000);
      expect(run.verification.unseenReads).toBe(0);
      expect(Object.values(run.verification.violations).every((count) => count === 0)).toBe(true);
    });
  });

  test('names the bytes of a key on which something is wrong, in steps as well', async () => {
    await withFolder(async (folder) => {
      const driver = join(folder, 'forgetful.mjs');
      await writeFile(driver, forgetful.replace('const key = drawKey();', 'const key = String(drawKey());'));
      const config = {
        driver,
        concurrentWorkers: 2,
        maxOperations: 2000,
        keyGenerator: 'concat_binary(constant:user, int_to_str(uniform_int:20))',
        valueGenerator: 'fixed_bin:64',
        operations: [{ name: 'visit', weight: 1, steps: ['put', 'get'] }],
        verify: { expect: 'read-your-writes' },
      };
      await writeFile(join(folder, 'a.json'), JSON.stringify(config));
      const run = await verified(folder, ['--config', join(folder, 'a.json')], []);
      expect(run.code).toBe(4);
      expect(run.violations).toMatch(/,read-your-writes,user\d+,/);
      expect(run.stdout).toContain('Verdict: INVALID');
    });
  });

  test('refuses a driver that does not say what it reads, or calls a run INVALID that saw nothing', async () => {
    await withFolder(async (folder) => {
      const refused = await runRkv(['bench', 'run', ...common, '--driver', 'null', '--verify']);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain('driver "null" does not say what it reads');
      const driver = join(folder, 'mute.mjs');
      await writeFile(driver, forgetful.replace(', value };', ' };'));
      const args = ['--driver', driver, '--operations', 'get=1,put=1', '--max-operations', '500', '--verify'];
      const run = await verified(folder, args);
      expect(run.stdout).toContain('reads were not verified: the driver does not say what it reads');
    });
  });

  test.skipIf(redisMissing)(
    'finds the writes that a Redis has lost which was started again empty',
    async () => {
      await withFolder(async (folder) => {
        const redis = await startRedis();
        const ask = `redis-cli -h 127.0.0.1 -p ${redis.port}`;
        const again = `redis-server --port ${redis.port} --bind 127.0.0.1 --save '' --daemonize yes`;
        try {
          const faults = [
            { at: '1500ms', command: ['sh', '-c', `${ask} shutdown nosave; sleep 0.1; ${again}`] },
          ];
          const config = { faults, verify: true, duration: '5s', mode: { rate: 300 }, threads: 2 };
          await writeFile(join(folder, 'a.json'), JSON.stringify(config));
          const endpoint = ['--driver', 'redis', '--endpoint', `127.0.0.1:${redis.port}`];
          const load = ['--operations', 'get=1,put=2', '--key-generator', 'uniform_int:1000000'];
          const args = ['--config', join(folder, 'a.json'), ...endpoint, '--workers', '4', ...load];
          const run = await verified(folder, args, []);
          expect(run.code).toBe(4);
          expect(run.verification.broken).toEqual(['no-lost-writes']);
          // Each stands where the lost write was acknowledged: before the fault.
          const lost = run.violations.split('\n').filter((line) => line.includes(',lost-write,'));
          expect(lost.length).toBeGreaterThan(0);
          const { faults: told } = run.results;
          for (const line of lost) expect(Number.parseFloat(line)).toBeLessThan(told![0]!.toSeconds!);
        } finally {
          spawnSync('sh', ['-c', `${ask} shutdown nosave`]);
          await redis.stop();
        }
      });
    },
    180_000,
  );

  test('an atomic cluster stays linearizable when one of its servers is killed', async () => {
    await withFolder(async (folder) => {
      const cluster = ['--nodes', '3', '--ring-size', '16', '--consistency', 'atomic', '--timeout', '5s'];
      const load = [
        '--duration',
        '6s',
        '--workers',
        '6',
        '--threads',
        '2',
        '--key-generator',
        'uniform_int:30',
      ];
      const mix = ['--operations', 'get=3,put=2,delete=0.02', '--fault', '2s kill node3'];
      const args = [...cluster, ...load, ...mix, '--verify', 'linearizable', '--no-charts', '--quiet'];
      const run = await verified(folder, args, []);
      expect(Object.values(run.verification.violations).filter((count) => count > 0)).toEqual([]);
      expect(run.verification.reads).toBeGreaterThan(30);
      // The dead server is no reason not to look at the end.
      expect(run.verification.audit).toMatchObject({ skipped: null });
      expect(run.results.faults).toMatchObject([{ kind: 'kill', state: 'done' }]);
      expect(run.code).toBe(0);
    });
  }, 180_000);

  test('a sloppy cluster with one copy of each value loses the writes of a server that is killed', async () => {
    await withFolder(async (folder) => {
      const cluster = ['--nodes', '3', '--ring-size', '16', '--n', '1', '--timeout', '1s'];
      const load = ['--duration', '6s', '--workers', '6', '--key-generator', 'uniform_int:1000000'];
      const args = [
        ...cluster,
        ...load,
        '--operations',
        'get=1,put=2',
        '--fault',
        '3s kill node2',
        '--verify',
      ];
      const run = await verified(folder, [...args, '--no-charts', '--quiet'], []);
      expect(run.code).toBe(4);
      expect(run.verification.violations['lost-write']).toBeGreaterThan(0);
      expect(run.results.verdict.kind).toBe('INVALID');
    });
  }, 180_000);

  test('refuses values that have no room for a name', async () => {
    await withFolder(async (folder) => {
      const args = [
        '--driver',
        'memory',
        '--verify',
        '--value-generator',
        'fixed_bin:10',
        '--results',
        folder,
      ];
      const { code, stderr } = await runRkv(['bench', 'run', ...common, ...args]);
      expect(code).toBe(3);
      expect(stderr).toContain('at least 32 bytes');
    });
  });
});
