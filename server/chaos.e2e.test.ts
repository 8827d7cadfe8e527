/**
 * Real servers under a real load and faults of all kinds, for a minute; `npm run chaos` takes as long as one
 * likes. And the same without a flush to the disk, when all lose their power: then it must find what is lost.
 */
import { execFile } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loopDiskMissing } from './testing/power-loss/loop-disk.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(resolve(root, process.env.RKV_DIST ?? 'dist'), 'server', 'testing', 'chaos', 'main.js');

interface Told {
  code: number | null;
  report: { acknowledged: number; kills: number; keys: number; violations: string[] };
  progress: string;
}

function chaos(...flags: string[]): Promise<Told> {
  return new Promise((told) => {
    const child = execFile(
      process.execPath,
      [main, '--json', ...flags],
      { timeout: 600_000 },
      (_, out, err) => {
        const report = out === '' ? undefined : JSON.parse(out);
        told({ code: child.exitCode, report, progress: err });
      },
    );
  });
}

describe('five real nodes under load, killed, stopped, cut off and filled up', () => {
  it('lose nothing that was acknowledged, and answer every request', async () => {
    const flags = ['--minutes', '0.7', '--seed', '11', '--pace', '1', '--clients', '16'];
    const { code, report, progress } = await chaos(...flags);
    expect([code, report?.violations], progress).toEqual([0, []]);
    expect(report.acknowledged).toBeGreaterThan(100);
    expect(report.kills).toBeGreaterThan(2);
    expect(report.keys).toBeGreaterThan(600);
  }, 600_000);

  const missing = loopDiskMissing();
  it.skipIf(missing !== undefined)(
    `lose something where nothing is synced and all lose their power${missing === undefined ? '' : ` (${missing})`}`,
    async () => {
      const { code, report, progress } = await chaos(
        '--control',
        '--minutes',
        '0.15',
        '--seed',
        '1',
        '--clients',
        '16',
        '--pace',
        '3',
      );
      expect(code, progress).toBe(0);
      expect(report.violations.join('\n')).toMatch(/was acknowledged/);
    },
    600_000,
  );
});
