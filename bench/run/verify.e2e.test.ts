// Verified runs as their users meet them: a right store is cleared, a wrong one is found and named.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resultsSchema } from '../../results/schema.js';
import { redisMissing, startRedis } from '../testing/redis-server.js';
import { runRkv, withFolder } from '../testing/run-rkv.js';

const common = ['--key-generator', 'uniform_int:50', '--workers', '4', '--no-charts', '--quiet'];

async function verified(folder: string, args: readonly string[]) {
  const ended = await runRkv(['bench', 'run', ...common, ...args, '--results', folder]);
  const text = (name: string) => readFile(join(folder, 'current', name), 'utf8');
  const { verification } = resultsSchema.parse(JSON.parse(await text('results.json')));
  return { ...ended, verification: verification!, violations: await text('violations.csv') };
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
