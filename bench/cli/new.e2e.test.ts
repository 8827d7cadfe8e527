import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runRkv, withFolder } from '../testing/run-rkv.js';

test('a new driver and a new configuration run as they are', async () => {
  await withFolder(async (folder) => {
    expect((await runRkv(['new', 'driver', 'mine'], folder)).code).toBe(0);
    expect((await runRkv(['new', 'bench', 'load'], folder)).code).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['load.bench.ts', 'mine.ts']);
    const args = ['bench', 'run', '--config', 'load.bench.ts', '--driver', './mine.ts', '--json', '--quiet'];
    const { stdout, stderr } = await runRkv([...args, '--duration', '300ms', '--no-charts'], folder);
    expect(stderr).toBe('');
    const { config, total } = JSON.parse(stdout) as { config: { driver: string }; total: { ok: number } };
    expect(config.driver).toBe('mine');
    expect(total.ok).toBeGreaterThan(0);
    const again = await runRkv(['new', 'driver', 'mine'], folder);
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('is there already') });
    expect((await runRkv(['new', 'driver', '../x y'], folder)).code).toBe(3);
  });
});
