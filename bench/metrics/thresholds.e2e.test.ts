// Thresholds as a CI uses them: the exit code, the report, and the JUnit file.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runRkv, withFolder } from '../testing/run-rkv.js';

const run = ['bench', 'run', '--driver', 'null', '--duration', '500ms', '--no-charts', '--quiet'];

test('a threshold that is not kept is exit code 4, and stands in every output', async () => {
  await withFolder(async (folder) => {
    const junit = join(folder, 'rkv.xml');
    const thresholds = ['--threshold', 'put.max < 1h', '--threshold', 'rate > 9000000000'];
    const wrong = await runRkv([...run, '--results', folder, ...thresholds, '--junit', junit]);
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('"put.max < 1h" is no threshold');

    const kept = ['--threshold', 'put.max < 3600s'];
    const both = [...kept, '--threshold', 'rate > 9000000000'];
    const failed = await runRkv([...run, '--results', folder, ...both, '--junit', junit]);
    expect(failed.code).toBe(4);
    expect(failed.stdout).toContain('FAILED  rate > 9000000000');
    expect(failed.stdout).toContain('kept  put.max < 3600s');
    expect(await readFile(junit, 'utf8')).toContain('<testcase classname="rkv" name="rate &gt; 9000000000">');

    const passed = await runRkv([...run, '--results', folder, ...kept, '--json']);
    expect(passed.code).toBe(0);
    const [outcome] = JSON.parse(passed.stdout).thresholds;
    expect(outcome).toMatchObject({ threshold: 'put.max < 3600s', passed: true });
  });
});
