import { lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HistogramLogReader } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import type { Results } from '../../results/schema.js';
import { LatencyHistogram, latencyRow } from '../statistics/index.js';
import { withFolder } from '../testing/run-rkv.js';
import {
  checkResultsBase,
  collidingOperations,
  createResultsFolder,
  HistogramLog,
  ResultsFolderError,
  RunTables,
  SamplesFiles,
  writeErrorsFile,
  writeResultsFile,
} from './index.js';

function histogram(...latenciesUs: number[]): LatencyHistogram {
  const recorded = new LatencyHistogram();
  for (const us of latenciesUs) recorded.record(us);
  return recorded;
}

describe('the tables of a run', () => {
  test('are byte for byte those of basho_bench', async () => {
    await withFolder(async (folder) => {
      const tables = new RunTables(folder, ['get_own_puts', 'put']);
      const first = { elapsedSeconds: 1.00011, windowSeconds: 1.00011 };
      const rows = [
        latencyRow(histogram(100, 101, 200.4), { ...first, n: 3, errors: 0 }),
        latencyRow(histogram(), { ...first, n: 0, errors: 2 }),
      ];
      tables.append({ ...first, total: 5, successful: 3, failed: 2 }, rows);
      tables.append(
        { elapsedSeconds: 2, windowSeconds: 0.9998900000001, total: 0, successful: 0, failed: 0 },
        [
          latencyRow(histogram(2_000_000.123), {
            elapsedSeconds: 2,
            windowSeconds: 0.99989,
            n: 1,
            errors: 0,
          }),
          rows[1]!,
        ],
      );
      tables.close();
      expect(await readFile(join(folder, 'summary.csv'), 'utf8')).toBe(
        'elapsed, window, total, successful, failed\n1.00011, 1.00011, 5, 3, 2\n2.0, 0.99989, 0, 0, 0\n',
      );
      expect(await readFile(join(folder, 'get-own-puts_latencies.csv'), 'utf8')).toBe(
        'elapsed, window, n, min, mean, median, 95th, 99th, 99_9th, max, errors\n' +
          '1.00011, 1.00011, 3, 100, 133.8, 101, 200, 200, 200, 200, 0\n' +
          '2.0, 0.99989, 1, 2000000, 2000000.1, 2000000, 2000000, 2000000, 2000000, 2000000, 0\n',
      );
      expect(await readFile(join(folder, 'put_latencies.csv'), 'utf8')).toMatch(
        /^1\.00011, 1\.00011, 0, 0, 0, 0, 0, 0, 0, 0, 2$/m,
      );
    });
  });

  test('are in the files when a window is complete, not when the run is', async () => {
    await withFolder(async (folder) => {
      const tables = new RunTables(folder, []);
      tables.append({ elapsedSeconds: 1, windowSeconds: 1, total: 1, successful: 1, failed: 0 }, []);
      expect(await readFile(join(folder, 'summary.csv'), 'utf8')).toMatch(/^1\.0, 1\.0, 1, 1, 0\n$/m);
      tables.close();
    });
  });

  test('have names that can collide, which is found', () => {
    expect(collidingOperations(['get_x', 'put', 'get-x'])).toEqual(['get_x', 'get-x']);
    expect(collidingOperations(['Get', 'put', 'get'])).toEqual(['Get', 'get']);
    expect(collidingOperations(['get', 'put'])).toBeUndefined();
  });
});

describe('errors.csv', () => {
  test('counts reasons as basho_bench names them, and is replaced whole', async () => {
    await withFolder(async (folder) => {
      writeErrorsFile(folder, []);
      expect(await readFile(join(folder, 'errors.csv'), 'utf8')).toBe('"error","count"\n');
      const error = { operation: 'put', code: 'timeout', definite: false, count: 12, example: '' };
      writeErrorsFile(folder, [error]);
      expect(await readFile(join(folder, 'errors.csv'), 'utf8')).toBe(
        '"error","count"\n"{{put,put},timeout}","12"\n',
      );
      expect(await readdir(folder)).toEqual(['errors.csv']);
    });
  });

  test('has one row per reason, certain or not, and keeps what is in quotes', async () => {
    await withFolder(async (folder) => {
      const error = { operation: 'put', code: 'say "no", twice', definite: false, count: 12, example: '' };
      writeErrorsFile(folder, [error, { ...error, definite: true, count: 3 }]);
      expect(await readFile(join(folder, 'errors.csv'), 'utf8')).toBe(
        '"error","count"\n"{{put,put},say ""no"", twice}","15"\n',
      );
    });
  });
});

describe('<op>_single.csv', () => {
  test('has the tutorial’s three columns, a row per sample, each in its operation’s file', async () => {
    await withFolder(async (folder) => {
      const files = new SamplesFiles(folder, ['get', 'put']);
      files.append(Float64Array.of(1, 1700000000123.9, 1, 55.4, 0, 1700000000124.1, 2, 0.2));
      files.close();
      expect(await readFile(join(folder, 'put_single.csv'), 'utf8')).toBe(
        'timestamp, unit, microseconds\n1700000000123, 1, 55\n',
      );
      expect(await readFile(join(folder, 'get_single.csv'), 'utf8')).toBe(
        'timestamp, unit, microseconds\n1700000000124, 2, 0\n',
      );
    });
  });
});

describe('histograms.hlog', () => {
  test('is read back by the reader of hdr-histogram-js with the same counts, tags and times', async () => {
    await withFolder(async (folder) => {
      const log = new HistogramLog(folder);
      log.begin(1_700_000_000_500);
      log.append('get_own_puts', 0, 1000.25, 5000, histogram(100, 200, 5000).fold());
      log.append('a, b', 1000.25, 2000, 7, histogram(7).fold());
      log.close();
      const reader = new HistogramLogReader(await readFile(join(folder, 'histograms.hlog'), 'utf8'));
      const first = reader.nextIntervalHistogram()!;
      expect([first.tag, first.totalCount, first.maxValue]).toEqual(['get_own_puts', 3, 5000 + 3]);
      expect(first.startTimeStampMsec).toBe(1_700_000_000_500);
      const second = reader.nextIntervalHistogram()!;
      expect([second.tag, second.totalCount]).toEqual(['a__b', 1]);
      expect(reader.nextIntervalHistogram()).toBeNull();
    });
  });
});

describe('the folder of a run', () => {
  test('is new for each run, and `current` is a relative link to the last', async () => {
    await withFolder(async (base) => {
      const one = await createResultsFolder(join(base, 'deep', 'er'));
      const two = await createResultsFolder(join(base, 'deep', 'er'));
      expect(one.id).not.toBe(two.id);
      expect(await readlink(join(base, 'deep', 'er', 'current'))).toBe(two.id);
      expect((await readdir(join(base, 'deep', 'er'))).sort()).toEqual([one.id, two.id, 'current'].sort());
    });
  });

  test('replaces a link `current` that leads elsewhere', async () => {
    await withFolder(async (base) => {
      await symlink('/nowhere/at-all', join(base, 'current'));
      await checkResultsBase(base);
      const { id } = await createResultsFolder(base);
      expect(await readlink(join(base, 'current'))).toBe(id);
    });
  });

  test('is refused in one sentence where links lead nowhere or round, or no folder can be made', async () => {
    await withFolder(async (base) => {
      await symlink('nowhere', join(base, 'dangling'));
      await symlink('loop', join(base, 'loop'));
      const places = ['dangling', 'dangling/x', 'loop', 'loop/x', 'n'.repeat(300), 'a\0b'];
      for (const place of [...places.map((one) => join(base, one)), '/proc/rkv']) {
        const checked = checkResultsBase(place);
        await expect(checked, place).rejects.toThrow(ResultsFolderError);
        await expect(checked, place).rejects.toMatchObject({ exitCode: 3 });
      }
      expect((await readdir(base)).sort()).toEqual(['dangling', 'loop']);
    });
  });

  test('is refused, and nothing made, below a file or where `current` is real', async () => {
    await withFolder(async (base) => {
      await writeFile(join(base, 'file'), '');
      await expect(checkResultsBase(join(base, 'file', 'sub'))).rejects.toThrow(ResultsFolderError);
      await expect(checkResultsBase(join(base, 'file'))).rejects.toThrow(/is a file/);
      await mkdir(join(base, 'out', 'current'), { recursive: true });
      await expect(checkResultsBase(join(base, 'out'))).rejects.toThrow(/is not a link/);
      await checkResultsBase(join(base, 'not', 'yet', 'there'));
      await expect(lstat(join(base, 'not'))).rejects.toThrow(/ENOENT/);
    });
  });
});

describe('results.json', () => {
  test('is not written at all when it would not be what others rely on', async () => {
    await withFolder(async (folder) => {
      await expect(writeResultsFile(folder, { schemaVersion: 1 } as Results)).rejects.toThrow(/verdict/);
      expect(await readdir(folder)).toEqual([]);
    });
  });
});
