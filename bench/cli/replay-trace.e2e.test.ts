// `rkv bench replay --trace`: what a capture lists is done, on the keys and with the sizes that it names.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { runRkv, withFolder } from '../testing/run-rkv.js';

/** Notes each operation with the moment at which it was asked for. */
const recorder = `import { appendFileSync } from 'node:fs';
export default {
  name: 'recorder', operations: ['get', 'put', 'delete'],
  open: () => ({
    run(operation, drawKey, drawValue) {
      const bytes = operation === 'put' ? drawValue().length : 0;
      appendFileSync('record.txt', [operation, drawKey().toString('latin1'), bytes, performance.now()].join(' ') + '\\n');
      return { kind: 'ok' };
    },
  }),
};`;

const capture = [
  'OK',
  '1339518083.100000 [0 127.0.0.1:60866] "set" "a" "value"',
  '1339518083.150000 [0 127.0.0.1:60866] "get" "a"',
  '1339518083.150000 [0 127.0.0.1:60867] "config" "get" "save"',
  '1339518083.500000 [0 127.0.0.1:60866] "mget" "b\\x00" "c"',
  '1339518083.900000 [0 127.0.0.1:60866] "del" "a"',
].join('\n');

interface Asked {
  words: string;
  atMs: number;
}

async function askedOf(folder: string): Promise<Asked[]> {
  const text = await readFile(join(folder, 'record.txt'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const at = line.lastIndexOf(' ');
      return { words: line.slice(0, at), atMs: Number(line.slice(at)) };
    });
}

const flags = ['--driver', './recorder.mjs', '--json', '--no-charts', '--results', 'out'];

test('a capture of MONITOR is done again: operations, keys, sizes and moments', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'recorder.mjs'), recorder);
    await writeFile(join(folder, 'capture.txt'), capture);
    const args = ['bench', 'replay', '--trace', 'capture.txt', ...flags, '--workers', '3'];
    const { code, stdout, stderr } = await runRkv(args, folder);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('Left out, since they are no reads, writes or deletes of keys: 1 config');
    const asked = await askedOf(folder);
    const words = asked.map((one) => one.words);
    expect(words.toSorted()).toEqual(['delete a 0', 'get a 0', 'get b\0 0', 'get c 0', 'put a 5'].toSorted());
    expect(words[0]).toBe('put a 5');
    expect(words.at(-1)).toBe('delete a 0');
    // Nothing starts before it is due; how much later depends on the machine.
    expect(asked.at(-1)!.atMs - asked[0]!.atMs).toBeGreaterThan(200);
    const results = JSON.parse(stdout) as Results;
    expect(results.total.ok).toBe(5);
    expect(results.schedule?.offered).toBe(5);
    expect(results.config.trace).toMatchObject({ file: 'capture.txt', operations: 5, speed: 1 });
    expect(results.config.operations).toEqual([
      { name: 'put', weight: 1 },
      { name: 'get', weight: 3 },
      { name: 'delete', weight: 1 },
    ]);
  });
});

test('a CSV trace is shared out to threads, and nothing of it is lost', async () => {
  await withFolder(async (folder) => {
    const lines = Array.from(
      { length: 500 },
      (_, i) => `${i},${i % 2 === 0 ? 'put' : 'get'},key${i},${i % 50}`,
    );
    await writeFile(join(folder, 'trace.csv'), `offset_ms,operation,key,value_bytes\n${lines.join('\n')}\n`);
    await writeFile(join(folder, 'recorder.mjs'), recorder);
    const args = ['bench', 'replay', '--trace', 'trace.csv', '--speed', '4', '--threads', '2', ...flags];
    const { code, stdout, stderr } = await runRkv([...args, '--workers', '5'], folder);
    expect(code, stderr).toBe(0);
    const words = (await askedOf(folder)).map((one) => one.words);
    const expected = lines
      .map((line) => line.split(','))
      .map(([, operation, key, bytes]) => `${operation} ${key} ${operation === 'put' ? bytes : 0}`);
    expect(words.toSorted()).toEqual(expected.toSorted());
    const results = JSON.parse(stdout) as Results;
    expect(results.schedule).toMatchObject({ offered: 500, dropped: 0, backlog: 0 });
    expect(results.run.end).toBe('completed');
  });
});

test('says what is wrong, with the line where it is one', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'bad.csv'), 'offset_ms,operation,key\n1,get,a\nx,get,b\n');
    await writeFile(join(folder, 'scan.csv'), 'offset_ms,operation,key\n1,frobnicate,a\n');
    const replay = (...args: string[]) => runRkv(['bench', 'replay', ...args, '--driver', 'null'], folder);
    const cases: [string[], string][] = [
      [['--trace', 'bad.csv'], 'line 3: "x" is no offset'],
      [['--trace', 'scan.csv'], 'frobnicate'],
      [['--trace', 'nowhere.csv'], '"nowhere.csv" cannot be read'],
      [['--trace', 'bad.csv', '--speed', '0', '--rate', '5', '--format', 'pcap'], '"0" is not a factor'],
      [[], 'name the folder of a run, or a trace'],
    ];
    const checks = cases.map(async ([args, message]) => {
      const { code, stderr } = await replay(...args);
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(3);
    });
    await Promise.all(checks);
  });
}, 120_000);
