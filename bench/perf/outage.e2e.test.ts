/**
 * The figures of servers that were away, in small: that nothing is lost and everything is handed over, whatever
 * the time. From the compiled output, since what they start is.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as OutageFigures from './outage-figures.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = resolve(root, process.env.RKV_DIST ?? 'dist');
const { hintsDrained, memoryRestarts } = (await import(
  pathToFileURL(join(dist, 'bench', 'perf', 'outage-figures.js')).href
)) as typeof OutageFigures;

describe('three real servers', () => {
  it('keep all keys in memory while each of them is killed and started empty, and say that they are refilled', async () => {
    const { once } = await memoryRestarts.prepare({ isQuick: true });
    expect((await once()).value).toBe(3000);
  }, 300_000);

  it('hand over what they took for the one that was away', async () => {
    const { once } = await hintsDrained.prepare({ isQuick: true });
    expect((await once()).value).toBeGreaterThanOrEqual(0);
  }, 300_000);
});
