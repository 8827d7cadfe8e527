import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { runRkv, withFolder } from '../testing/run-rkv.js';

const recorder = `import { appendFileSync } from 'node:fs';
export default {
  name: 'recorder', operations: ['get', 'put'],
  open: () => ({
    run(operation, drawKey, drawValue) {
      appendFileSync('record.txt', operation + ' ' + drawKey() + ' ' + drawValue().toString('hex') + '\\n');
      return { kind: 'ok' };
    },
  }),
};`;

test('a run in an open loop is replayed: the same operations, keys and values, on another driver', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'recorder.mjs'), recorder);
    const flags = ['--quiet', '--json', '--no-charts', '--results', 'out'];
    const load = ['--rate', '200', '--duration', '500ms', '--workers', '3', '--random-seed', '5,6,7'];
    const mix = ['--operations', 'get=2,put=1', '--key-generator', 'zipfian_int:1000'];
    const args = ['bench', 'run', '--driver', './recorder.mjs', ...flags, ...load, ...mix];
    const first = JSON.parse((await runRkv(args, folder)).stdout) as Results;
    await rename(join(folder, 'record.txt'), join(folder, 'first.txt'));
    const run = join('out', first.run.id);
    const again = await runRkv(['bench', 'replay', run, '--driver', './recorder.mjs', ...flags], folder);
    expect(again.stderr).toBe('');
    const results = JSON.parse(again.stdout) as Results;
    expect(results.config.workloadHash).toBe(first.config.workloadHash);
    expect(results.config.schedule).toEqual(first.config.schedule);
    const [before, after] = await Promise.all(
      ['first.txt', 'record.txt'].map(async (name) =>
        (await readFile(join(folder, name), 'utf8')).split('\n').sort(),
      ),
    );
    expect(before!.length).toBeGreaterThan(50);
    expect(after).toEqual(before);
    const other = await runRkv(['bench', 'replay', run, '--driver', 'null', ...flags], folder);
    const { total, config } = JSON.parse(other.stdout) as Results;
    expect(config.driver).toBe('null');
    expect(total.ok).toBe(first.total.ok);
    const refused = await runRkv(['bench', 'replay', run, '--operations', 'get=1'], folder);
    expect(refused.code).toBe(3);
    const nowhere = await runRkv(['bench', 'replay', 'nowhere'], folder);
    expect(nowhere.code).toBe(3);
    expect(nowhere.stderr).not.toMatch(/^\s+at /m);
  });
});
