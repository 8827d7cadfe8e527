import { describe, expect, it } from 'vitest';
import { ChartError } from './chart-error.js';
import { chartRequest } from './chart-request.js';

describe('chartRequest', () => {
  it('is every chart of the last run when nothing is said', () => {
    expect(chartRequest([], {})).toEqual({ kind: 'runs', directories: ['results/current'] });
  });

  it('is every chart of each folder', () => {
    expect(chartRequest(['a', './summary'], {})).toEqual({ kind: 'runs', directories: ['a', './summary'] });
  });

  it('is one chart in the words of latency.R and throughput.R', () => {
    expect(chartRequest(['latency', 'get', 'a.csv', 'a.png'], {})).toEqual({
      kind: 'latency',
      operation: 'get',
      csvPath: 'a.csv',
      pngPath: 'a.png',
    });
    expect(chartRequest(['throughput', 'get', 'a.csv', 'a.png'], {}).kind).toBe('throughput');
  });

  it('is the summary in the flags of summary.r', () => {
    expect(chartRequest(['summary'], {})).toEqual({
      kind: 'summary',
      directory: 'results/current',
      pngPath: 'results/current/summary.png',
    });
    expect(chartRequest(['summary'], { indir: 'a/', outfile: 'b.png' })).toEqual({
      kind: 'summary',
      directory: 'a/',
      pngPath: 'b.png',
    });
  });

  it('is two runs over each other in the flags of compare.r, or any number by name', () => {
    const ofTwo = { indir: 'x/a', tag1: 'before', dir2: 'y/b', tag2: 'after', outfile: 'c.png' };
    expect(chartRequest(['compare'], ofTwo)).toEqual({
      kind: 'compare',
      runs: [
        { directory: 'x/a', label: 'before' },
        { directory: 'y/b', label: 'after' },
      ],
      pngPath: 'c.png',
    });
    expect(chartRequest(['compare', 'x/a/', 'y/a', 'z/c'], {})).toEqual({
      kind: 'compare',
      runs: [
        { directory: 'x/a/', label: '1: a' },
        { directory: 'y/a', label: '2: a' },
        { directory: 'z/c', label: 'c' },
      ],
      pngPath: 'compare.png',
    });
  });

  it('refuses in one sentence, with exit code 3, what is none of these', () => {
    const wrong: [string[], object, string][] = [
      [
        ['latency', 'get'],
        {},
        '"rkv charts latency" takes an operation, a CSV file and a PNG file, but got 1 word',
      ],
      [['throughput', 'a', 'b', 'c', 'd'], {}, 'but got 4 words'],
      [['summary', 'results/a'], {}, '"rkv charts summary" takes its folder by --indir, but got "results/a"'],
      [['results/a'], { outfile: 'x.png' }, '--outfile belongs to "rkv charts summary"'],
      [['compare', 'a'], {}, '"rkv charts compare" takes two run folders or more, but got 1'],
      [['a'], { tag1: 'x' }, '--tag1 belongs to "rkv charts compare"'],
      [['a', ''], {}, 'folder 2 of 2 is an empty text'],
    ];
    for (const [words, flags, message] of wrong) {
      let thrown: unknown;
      try {
        chartRequest(words, flags);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(ChartError);
      expect(thrown).toMatchObject({ exitCode: 3, message: expect.stringContaining(message) });
    }
  });
});
