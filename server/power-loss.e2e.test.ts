/**
 * The power goes under load, on a real file system, and what was acknowledged is there when it comes back. A few
 * rounds, from the compiled output; `npm run power-loss` has as many as one likes.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as LoopDiskModule from './testing/power-loss/loop-disk.js';
import type * as PowerLossModule from './testing/power-loss/power-loss-run.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const compiled = (file: string) =>
  import(pathToFileURL(join(dist, 'server', 'testing', 'power-loss', file)).href);
const { loopDiskMissing } = (await compiled('loop-disk.js')) as typeof LoopDiskModule;
const { losePower } = (await compiled('power-loss-run.js')) as typeof PowerLossModule;

const missing = loopDiskMissing();

describe.skipIf(missing !== undefined)(
  `a lost power${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('takes nothing that was acknowledged or read where writes are synced', async () => {
      const { acknowledged, lostWrites, lostReads } = await losePower('sync', 2, () => 0.5);
      expect(acknowledged).toBeGreaterThan(400);
      expect([lostWrites, lostReads]).toEqual([0, 0]);
    });

    it('takes something where they are not, or the test above would find nothing', async () => {
      expect(await losePower('os', 1, () => 0.5)).toMatchObject({ rounds: 1, roundsWithLoss: 1 });
    });
  },
);
