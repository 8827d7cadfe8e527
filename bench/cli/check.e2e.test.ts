// `rkv bench check` and the kinds of files that a configuration may be in.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runRkv, withFolder } from '../testing/run-rkv.js';

const files: readonly [name: string, content: string][] = [
  [
    'a.yaml',
    'driver: "null"\nconcurrentWorkers: 3\nduration: 2s\noperations:\n  get: 1\nkeyGenerator: uniform_int:9\n',
  ],
  [
    'a.json',
    '{"$schema":"x","driver":"null","concurrent_workers":3,"duration":"2s","operations":{"get":1},"keyGenerator":{"type":"uniform_int","max":9}}',
  ],
  [
    'a.config',
    '{driver, basho_bench_driver_null}. {concurrent, 3}. {duration, 1}. {mode, max}.\n{operations, [{get,1}]}. {key_generator, {uniform_int, 9}}. {log_level, info}.',
  ],
];

describe('rkv bench check', () => {
  test.each(files)('reads %s and prints the plan without running it', async (name, content) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, name), content);
      const args = ['bench', 'check', name, '--duration', '2s'];
      const { code, stdout } = await runRkv([...args, '--random-seed', '1,4,3'], folder);
      expect(stdout).toMatch(/^The configuration is right\.\n/);
      expect(stdout).toMatch(/driver +null\nload +3 workers on 1 threads, max rate, 2s\n/);
      expect(stdout).toMatch(/keys +uniform_int:9\n/);
      expect(stdout).toMatch(/workload +[0-9a-f]{64}\n?/);
      if (name.endsWith('.config')) expect(stdout).toMatch(/log_level \(line 2\) has no effect/);
      expect(code).toBe(0);
    });
  });

  test('names what is wrong in the file, the flags, the driver and the plan at once, as JSON on request', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'b.yaml'), 'duratoin: 5s\nkeyGenerator: uniform_int:0\ndriver: redsi\n');
      const args = ['bench', 'check', 'b.yaml', '--workers', '0'];
      const plain = await runRkv(args, folder);
      expect(plain.code).toBe(3);
      expect(plain.stderr.trim().split('\n')).toHaveLength(4);
      const { code, stdout } = await runRkv([...args, '--json'], folder);
      expect(code).toBe(3);
      const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: { path: string }[] };
      expect(ok).toBe(false);
      expect(problems.map(({ path }) => path)).toEqual(['--workers', 'driver', 'duratoin', 'keyGenerator']);
    });
  });

  test.each([
    ['c.yaml', 'a: [1\n', /c\.yaml, line 2, column 1: this is not YAML/],
    ['c.config', '{mode, max}', /a term ends with a full stop/],
    ['c.txt', '', /neither JSON/],
    ['c.json', '{', /is not JSON/],
    [
      'c.yaml',
      'keyGenerator: file_line_bin:missing.txt\ndriver: "null"\noperations: { put: 1 }\n',
      /there is no file "missing\.txt"/,
    ],
    [
      'c.yaml',
      'keyGenerator: int_to_bin_bigendian(uuid_v4)\noperations: { put: 1 }\n',
      /converts integers, and the generator inside it gives bytes/,
    ],
    [
      'c.config',
      '{driver, basho_bench_driver_riakc_pb}.',
      /no driver for the store .* name one with --driver/,
    ],
  ])('refuses %s with %j in one sentence', async (name, content, message) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, name), content);
      const { code, stderr } = await runRkv(['bench', 'check', name], folder);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(3);
    });
  });
});

test('rkv bench list names every generator with its parameters', async () => {
  const { code, stdout } = await runRkv(['bench', 'list']);
  expect(code).toBe(0);
  for (const name of ['pareto_int', 'semi_compressible', 'redis', 'exsss']) expect(stdout).toContain(name);
  const { stdout: json } = await runRkv(['bench', 'list', 'keys', '--json']);
  expect(Object.keys(JSON.parse(json) as object)).toEqual(['keys']);
});

test('a load ends when its keys are used up, and is named by its workload', async () => {
  await withFolder(async (folder) => {
    const flags = ['--key-generator', 'base64(partitioned_sequential_int:1000)', '--operations', 'put=1'];
    const args = ['bench', 'run', '--driver', 'null', '--workers', '7', '--json', '--quiet', '--no-charts'];
    const run = async (more: string[]) => {
      const { stdout } = await runRkv([...args, ...flags, '--results', 'out', ...more], folder);
      return JSON.parse(stdout) as {
        run: { end: string };
        total: { ok: number };
        config: { workloadHash: string; keyGenerator: unknown };
      };
    };
    const first = await run([]);
    expect(first.run.end).toBe('all-workers-stopped');
    expect(first.total.ok).toBe(1000);
    expect(first.config.keyGenerator).toEqual(['base64', ['partitioned_sequential_int', 1000]]);
    const [same, other] = [await run(['--threads', '2']), await run(['--random-seed', '1,4,4'])];
    expect(same.config.workloadHash).toBe(first.config.workloadHash);
    expect(same.total.ok).toBe(1000);
    expect(other.config.workloadHash).not.toBe(first.config.workloadHash);
  });
});
