// `rkv bench compare` on real runs: configurations in turn, the same runs from their folders, and wrong input.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runRkv, startRkv, until, withFolder } from '../testing/run-rkv.js';

/** A driver that takes as many milliseconds as its option says. */
const sleepyDriver = `export default {
  name: 'sleepy',
  operations: ['get', 'put'],
  async open(workerId, { settings }) {
    return {
      async run() {
        await new Promise((resolve) => setTimeout(resolve, settings.ms));
        return { kind: 'ok' };
      },
    };
  },
};
`;

async function configurations(folder: string): Promise<[string, string]> {
  const driver = join(folder, 'sleepy.js');
  await writeFile(driver, sleepyDriver);
  const write = async (name: string, ms: number): Promise<string> => {
    const file = join(folder, name);
    const config = { driver, operations: { get: 1 }, concurrentWorkers: 4, driverOptions: { ms } };
    await writeFile(file, JSON.stringify({ ...config, duration: '200ms' }));
    return file;
  };
  return [await write('fast.json', 2), await write('slow.json', 20)];
}

test('finds a store that is ten times slower, in turn and from the folders', async () => {
  await withFolder(async (folder) => {
    const [fast, slow] = await configurations(folder);
    const results = join(folder, 'runs');
    const flags = ['--results', results, '--pairs', '8', '--noise-pairs', '2'];
    const inTurn = await runRkv(['bench', 'compare', fast, slow, ...flags]);
    expect(inTurn.code).toBe(4);
    expect(inTurn.stdout).toMatch(/slow against fast \(8 runs and 8 runs, measured in turn\)/);
    expect(inTurn.stdout).toMatch(/rate .* worse/);
    expect(inTurn.stdout).toMatch(/p50 .* worse/);
    expect(inTurn.stderr).toMatch(/Two runs of the same thing on this machine/);
    const [comparison = ''] = await readdir(results);
    const saved = JSON.parse(await readFile(join(results, comparison, 'comparison.json'), 'utf8'));
    expect(saved.sides[0].metrics[0]).toMatchObject({ metric: 'rate', finding: 'worse' });

    const sides = ['slow', 'fast'].map((side) => join(results, comparison, side));
    const fromFolders = await runRkv(['bench', 'compare', ...sides, '--metric', 'get.mean', '--json']);
    expect(fromFolders.code).toBe(0);
    expect(JSON.parse(fromFolders.stdout)).toMatchObject({
      design: 'groups',
      sides: [{ label: 'fast', runs: 8, metrics: [{ metric: 'get.mean', finding: 'better' }] }],
    });

    const [run = ''] = (await readdir(sides[0]!)).filter((name) => name !== 'current');
    const [other = ''] = (await readdir(sides[1]!)).filter((name) => name !== 'current');
    const single = await runRkv(['bench', 'compare', join(sides[0]!, run), join(sides[1]!, other)]);
    expect(single.code).toBe(0);
    expect(single.stdout).toContain('One run of each tells nothing of how much runs differ');
  });
});

test('stops at Ctrl-C and says where the runs are', async () => {
  await withFolder(async (folder) => {
    const [fast, slow] = await configurations(folder);
    const started = startRkv(['bench', 'compare', fast, slow, '--results', folder, '--duration', '1s']);
    await until('the first run', () => started.output().stderr.includes('1/'));
    process.kill(-started.child.pid!, 'SIGINT');
    const { code, stderr } = await started.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted; the runs so far are in');
  });
});

test('says what is wrong with the input, all at once', async () => {
  await withFolder(async (folder) => {
    const one = await runRkv([
      'bench',
      'compare',
      folder,
      '--metric',
      'p98',
      '--pairs',
      'x',
      '--confidence',
      '7',
    ]);
    expect(one.code).toBe(3);
    for (const part of [
      'name two sides',
      '"p98" is no metric',
      '"x" is not a whole number',
      '"7" is not from',
    ])
      expect(one.stderr).toContain(part);
    const empty = await runRkv(['bench', 'compare', folder, folder]);
    expect(empty.code).toBe(3);
    expect(empty.stderr).toContain(
      'neither a run folder, which holds results.json, nor a folder of such folders',
    );
    const mixed = await runRkv(['bench', 'compare', folder, join(folder, 'a.json')]);
    expect(mixed.stderr).toContain('either run folders or configurations');
    const missing = await runRkv(['bench', 'compare', join(folder, 'a.json'), join(folder, 'b.json')]);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('there is no file');
  });
});
