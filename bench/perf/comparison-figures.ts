// What comparisons promise: identical things are called different no more often than stated.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Comparison } from '../compare/index.js';
import { CannotMeasureError, type Figure } from './figure.js';

const run = promisify(execFile);
const rkv = fileURLToPath(new URL('../../../bin/rkv.js', import.meta.url));
const comparisonsPerMeasurement = 20;

const falseAlarms: Figure = {
  id: 'false-alarms',
  title: 'bench compare of a configuration with itself: share of comparisons that find a difference',
  target: { kind: 'at most', value: 0.05 },
  unit: '',
  prepare: async ({ isQuick }) => {
    const folder = await mkdtemp(join(tmpdir(), 'rkv-perf-aa-'));
    const files = ['a.json', 'b.json'].map((name) => join(folder, name));
    for (const file of files)
      await writeFile(file, JSON.stringify({ driver: 'null', concurrentWorkers: 2, duration: '100ms' }));
    const flags = [
      '--pairs',
      '8',
      '--noise-pairs',
      '0',
      '--results',
      join(folder, 'runs'),
      '--json',
      '--quiet',
    ];
    return {
      once: async () => {
        let alarms = 0;
        const comparisons = isQuick ? 2 : comparisonsPerMeasurement;
        for (let i = 0; i < comparisons; i++) {
          const { stdout } = await run(process.execPath, [rkv, 'bench', 'compare', ...files, ...flags]).catch(
            // Exit code 4 is a finding: an alarm.
            (error: Error & { code?: number; stdout?: string }) => {
              if (error.code === 4 && error.stdout !== undefined) return { stdout: error.stdout };
              throw new CannotMeasureError(`rkv bench compare failed: ${error.message}`);
            },
          );
          const { sides } = JSON.parse(stdout) as Comparison;
          const findings = sides.flatMap(({ metrics }) => metrics.map(({ finding }) => finding));
          if (findings.some((finding) => finding === 'better' || finding === 'worse')) alarms++;
          await rm(join(folder, 'runs'), { recursive: true, force: true });
        }
        return { value: alarms / comparisons, detail: `${alarms} of ${comparisons}` };
      },
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

export const comparisonFigures: readonly Figure[] = [falseAlarms];
