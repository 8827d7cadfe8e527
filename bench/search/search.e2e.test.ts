// `rkv bench search` on a driver whose capacity is known: so many workers, each busy for so long with an operation.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runRkv, startRkv, until, withFolder } from '../testing/run-rkv.js';

/** Takes 10 ms: four workers serve less than 400 operations a second, whatever the machine. */
const driver = `export default {
  name: 'slow',
  operations: ['get'],
  open: () => ({
    run: () => new Promise((resolve) => setTimeout(() => resolve({ kind: 'ok' }), 10)),
  }),
};
`;

test('finds a rate below what the driver can do, and goes on after Ctrl-C', async () => {
  await withFolder(async (folder) => {
    const file = join(folder, 'slow.js');
    await writeFile(file, driver);
    const load = ['--driver', file, '--operations', 'get=1', '--workers', '4'];
    const spans = ['--duration', '500ms', '--warm-up', '100ms'];
    const searched = ['--from', '50', '--repeats', '1', '--precision', '50%', '--slo', 'p50 < 1s'];
    const flags = ['bench', 'search', ...load, ...spans, ...searched, '--results', folder];

    const started = startRkv(flags);
    await until('the first trial', () => /^ +1 +50 ops/m.test(started.output().stderr));
    process.kill(-started.child.pid!, 'SIGINT');
    const interrupted = await started.ended;
    expect(interrupted.code).toBe(130);
    const [, search = ''] = /go on with --resume (\S+)/.exec(interrupted.stderr) ?? [];

    const { code, stdout, stderr } = await runRkv([...flags, '--resume', search]);
    expect(stderr).not.toMatch(/^ +1 +50 ops/m);
    const report = JSON.parse(await readFile(join(search, 'search.json'), 'utf8'));
    expect(report.end.kind).toBe('done');
    expect(report.trials[0].rate).toBe(50);
    expect(report.end.fails).toBeGreaterThan(report.end.holds ?? 0);
    expect(report.end.holds ?? 0).toBeLessThan(408);
    expect(code).toBe(report.end.holds === undefined ? 4 : 0);
    expect(stdout).toMatch(
      report.end.holds === undefined ? /No rate was found/ : /is the highest rate tried/,
    );

    const other = await runRkv([...flags, '--slo', 'p99 < 1s', '--resume', search]);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain('is of another workload or SLO');
  });
});

test('says what is wrong with the input, all at once', async () => {
  const flags = ['--from', '0', '--repeats', '2', '--precision', 'x', '--rate', '5'];
  const { code, stderr } = await runRkv(['bench', 'search', ...flags]);
  expect(code).toBe(3);
  for (const part of ['"0" is not a rate', '"2" is not an odd number', '"x" is not a share', '--rate'])
    expect(stderr).toContain(part);
  const slo = await runRkv(['bench', 'search', '--driver', 'null', '--slo', 'speed > 3']);
  expect(slo.code).toBe(3);
  expect(slo.stderr).toContain('"speed" is no metric');
});
