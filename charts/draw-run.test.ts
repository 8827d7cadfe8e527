import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import yargs from 'yargs';
import { latencyColumns, summaryColumns } from '../results/schema.js';
import { chartsCommand } from './command.js';
import { drawLatency, drawRun, drawSummary, drawThroughput } from './draw-run.js';
import { sampleResults, sampleRun } from './testing/sample-run.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rkv-draw-run-'));
  const run = sampleRun();
  await writeTable('summary.csv', summaryColumns, run.summary);
  for (const { label, rows } of run.operations)
    await writeTable(`${label}_latencies.csv`, latencyColumns, rows);
  await writeFile(join(directory, 'results.json'), JSON.stringify(sampleResults()));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** The fields of the rows stand in the order of the columns. */
async function writeTable(name: string, columns: readonly string[], rows: readonly object[]): Promise<void> {
  const lines = [columns.join(', '), ...rows.map((row) => Object.values(row).join(', '))];
  await writeFile(join(directory, name), `${lines.join('\n')}\n`);
}

async function pictures(): Promise<string[]> {
  return (await readdir(directory)).filter((name) => !/\.(csv|json)$/.test(name)).sort();
}

const names = [
  'latency_get-own-puts.png',
  'latency_get.png',
  'report.html',
  'summary.png',
  'throughput_get-own-puts.png',
  'throughput_get.png',
];

function sizeOf(png: Buffer): { widthPx: number; heightPx: number } {
  return { widthPx: png.readUInt32BE(16), heightPx: png.readUInt32BE(20) };
}

describe('drawRun', () => {
  it('leaves every chart in the folder and nothing else', async () => {
    const announced: string[] = [];
    const paths = await drawRun(directory, { onChart: (name) => announced.push(name) });
    expect(await pictures()).toEqual(names);
    expect(announced.toSorted()).toEqual(names);
    expect(paths).toEqual(announced.map((name) => join(directory, name)));
    expect(sizeOf(await readFile(join(directory, 'latency_get.png')))).toEqual({
      widthPx: 1800,
      heightPx: 1000,
    });
    expect(sizeOf(await readFile(join(directory, 'summary.png'))).widthPx).toBe(2560);
  });

  it('draws the same bytes again', async () => {
    const digest = async () => {
      await drawRun(directory);
      return Promise.all(names.map(async (name) => hashOf(await readFile(join(directory, name)))));
    };
    expect(await digest()).toEqual(await digest());
  });

  it('draws the same bytes on a machine without fonts', async () => {
    await drawSummary(directory, join(directory, 'here.png'));
    const elsewhere = join(directory, 'elsewhere.png');
    const script = `import { drawSummary } from './charts/draw-run.ts'; await drawSummary(${JSON.stringify(directory)}, ${JSON.stringify(elsewhere)});`;
    await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: new URL('..', import.meta.url),
      env: {
        FONTCONFIG_PATH: '',
        FONTCONFIG_FILE: '/dev/null',
        XDG_DATA_HOME: directory,
        HOME: directory,
        LANG: 'C',
      },
    });
    expect(hashOf(await readFile(elsewhere))).toBe(hashOf(await readFile(join(directory, 'here.png'))));
  });

  it('draws folders of basho_bench, which have no results.json', async () => {
    await rm(join(directory, 'results.json'));
    await drawRun(directory);
    expect(await pictures()).toEqual(names);
  });

  it('draws a run of which only the headers were written', async () => {
    await writeTable('summary.csv', summaryColumns, []);
    for (const label of ['get', 'get-own-puts'])
      await writeTable(`${label}_latencies.csv`, latencyColumns, []);
    await drawRun(directory);
    expect(await pictures()).toEqual(names);
  });

  it('says what is in the way of a picture, and leaves nothing half written', async () => {
    await mkdir(join(directory, 'latency_get.png'));
    await expect(drawRun(directory)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('latency_get.png cannot be written'),
    });
    expect(await pictures()).toEqual(['latency_get.png']);
  });
});

describe('drawLatency and drawThroughput', () => {
  it('draw one operation from its file', async () => {
    const csvPath = join(directory, 'get_latencies.csv');
    for (const draw of [drawLatency, drawThroughput]) {
      const pngPath = join(directory, 'one.png');
      expect(await draw(csvPath, pngPath, 'get')).toBe(pngPath);
      expect(sizeOf(await readFile(pngPath))).toEqual({ widthPx: 1800, heightPx: 1000 });
    }
  });

  it('say that a file is not there', async () => {
    const csvPath = join(directory, 'put_latencies.csv');
    await expect(drawLatency(csvPath, join(directory, 'x.png'), 'put')).rejects.toThrow(
      `${csvPath}: no such file`,
    );
  });
});

describe('rkv charts', () => {
  function rkv(...words: string[]): Promise<unknown> {
    const fail = (message: string, error: Error | undefined) => {
      throw error ?? new Error(message);
    };
    return yargs(words).command(chartsCommand).strict().exitProcess(false).fail(fail).parseAsync();
  }

  it('draws the folders that it is given, and prints what it wrote', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await rkv('charts', directory);
    const printed = written.mock.calls.map(([line]) => String(line).trimEnd());
    written.mockRestore();
    expect(await pictures()).toEqual(names);
    expect(printed.toSorted()).toEqual(names.map((name) => join(directory, name)));
  });

  it('draws one chart where it is told to', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await rkv('charts', 'summary', '-i', directory, '-o', join(directory, 'five.png'));
    await rkv('charts', 'latency', '404', join(directory, 'get_latencies.csv'), join(directory, 'l.png'));
    written.mockRestore();
    expect(await pictures()).toEqual(['five.png', 'l.png']);
  });

  it('fails with exit code 3 for a folder that holds no run', async () => {
    await expect(rkv('charts', join(directory, 'nowhere'))).rejects.toMatchObject({ exitCode: 3 });
  });
});

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
